package dev.lockstep.inference.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A time that runs out unless it is set anew or stopped, as a connection does several times a
 * request. The event loop's own timer stays where it is meanwhile and looks again when it rings: to
 * take it out and put it in each time costs more than the few rings for nothing.
 *
 * <p>Used on its event loop alone.
 */
final class Countdown {
  private record End(long nanos, Runnable then) {}

  private record Ring(long nanos, Future<?> timer) {}

  private final EventLoop loop;
  private Optional<End> end = Optional.empty();
  private Optional<Ring> ring = Optional.empty();

  Countdown(EventLoop loop) {
    this.loop = loop;
  }

  /** From now, in place of what was set before. */
  void set(Duration time, Runnable then) {
    long nanos = loop.ticker().nanoTime() + time.toNanos();
    end = Optional.of(new End(nanos, then));
    if (ring.isEmpty() || ring.get().nanos() - nanos > 0) {
      silence();
      ringAt(nanos);
    }
  }

  void stop() {
    end = Optional.empty();
  }

  /** For good: the event loop forgets it as well. */
  void close() {
    stop();
    silence();
  }

  private void silence() {
    ring.ifPresent(pending -> pending.timer().cancel(false));
    ring = Optional.empty();
  }

  private void ringAt(long nanos) {
    long left = nanos - loop.ticker().nanoTime();
    ring = Optional.of(new Ring(nanos, loop.schedule(this::rings, left, TimeUnit.NANOSECONDS)));
  }

  private void rings() {
    ring = Optional.empty();
    end.ifPresent(set -> {
      if (set.nanos() - loop.ticker().nanoTime() > 0) {
        ringAt(set.nanos());
      } else {
        stop();
        set.then().run();
      }
    });
  }
}
