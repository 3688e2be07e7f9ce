package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.batching.Ticker;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * SIGTERM: not ready from this moment, and done when every request that was let in has its answer.
 * The framework waits for it, up to the grace period in {@code application.properties}, before it
 * closes anything but idle connections.
 *
 * <p>Those it closes at once, and a request that is on its way into one would be lost. So this
 * comes first, with a last call: requests are served as before, but each answer says that it is its
 * connection's last, until no client sends any more.
 */
@Singleton
@Order(Drain.ORDER)
final class Drain implements GracefulShutdownCapable {
  /** After what only has to tell its clients, and does so at once. */
  static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1;

  /** Whoever asks without a pause has asked again by then. */
  static final Duration QUIET = Duration.ofMillis(100);

  /** For clients that open connections anew; the load balancer has stopped sending by itself. */
  static final Duration LAST_CALL = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofMillis(10);

  private final Readiness readiness;
  private final Admission admission;
  private final Ticker ticker;
  private final Consumer<Duration> pause;

  @Inject
  Drain(Readiness readiness, Admission admission, Ticker ticker) {
    this(readiness, admission, ticker, time -> LockSupport.parkNanos(time.toNanos()));
  }

  Drain(Readiness readiness, Admission admission, Ticker ticker, Consumer<Duration> pause) {
    this.readiness = readiness;
    this.admission = admission;
    this.ticker = ticker;
    this.pause = pause;
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    readiness.drain();
    awaitQuiet();
    readiness.shut();
    return admission.whenEmpty();
  }

  private void awaitQuiet() {
    long begin = ticker.nanos();
    long seen = admission.entered();
    long quietSince = begin;
    while (ticker.nanos() - quietSince < QUIET.toNanos()
        && ticker.nanos() - begin < LAST_CALL.toNanos()) {
      pause.accept(LOOK);
      long entered = admission.entered();
      if (entered != seen || admission.inFlight() > 0) {
        seen = entered;
        quietSince = ticker.nanos();
      }
    }
  }
}
