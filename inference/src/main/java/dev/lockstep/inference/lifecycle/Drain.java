package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * SIGTERM: not ready from this moment, and done when every request that was let in has its answer.
 * The framework waits for it, up to the grace period in {@code application.properties}, before it
 * closes anything.
 *
 * <p>It would close idle connections at once, and a request that is on its way into one would be
 * lost. So three things come first, in which requests are served as before, but each answer says
 * that it is its connection's last:
 *
 * <ol>
 *   <li><b>last call</b>: everybody may still connect, until no client sends any more;
 *   <li>the entrances shut, so that connections become fewer and nobody loses a request by trying
 *       one more;
 *   <li><b>lame duck</b>: who is connected and was not told yet may come once more, until nobody is
 *       connected, or the time is over in which a client may think.
 * </ol>
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
  private final List<Entrance> entrances;
  private final Duration lameDuck;
  private final Ticker ticker;
  private final Consumer<Duration> pause;

  @Inject
  Drain(
      Readiness readiness,
      Admission admission,
      List<Entrance> entrances,
      @Property(name = "lockstep.lame-duck", defaultValue = "5s")
          @Setting(
              "after SIGTERM, how long open connections are waited for that were not told yet that"
                  + " they end; none open, none waited for")
          Duration lameDuck,
      Ticker ticker) {
    this(
        readiness,
        admission,
        entrances,
        lameDuck,
        ticker,
        time -> LockSupport.parkNanos(time.toNanos()));
  }

  Drain(
      Readiness readiness,
      Admission admission,
      List<Entrance> entrances,
      Duration lameDuck,
      Ticker ticker,
      Consumer<Duration> pause) {
    this.readiness = readiness;
    this.admission = admission;
    this.entrances = List.copyOf(entrances);
    this.lameDuck = lameDuck;
    this.ticker = ticker;
    this.pause = pause;
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    readiness.drain();
    awaitQuiet();
    entrances.forEach(Entrance::shut);
    await(() -> entrances.stream().allMatch(entrance -> entrance.connections() == 0), lameDuck);
    readiness.shut();
    return admission.whenEmpty();
  }

  private void awaitQuiet() {
    LastSeen last = new LastSeen();
    await(last::isLongAgo, LAST_CALL);
  }

  private void await(BooleanSupplier done, Duration most) {
    long begin = ticker.nanos();
    while (!done.getAsBoolean() && ticker.nanos() - begin < most.toNanos()) {
      pause.accept(LOOK);
    }
  }

  /** When somebody was last in the house. */
  private final class LastSeen {
    private long nanos = ticker.nanos();
    private long entered = admission.entered();

    boolean isLongAgo() {
      long seen = admission.entered();
      if (seen != entered || admission.inFlight() > 0) {
        entered = seen;
        nanos = ticker.nanos();
      }
      return ticker.nanos() - nanos >= QUIET.toNanos();
    }
  }
}
