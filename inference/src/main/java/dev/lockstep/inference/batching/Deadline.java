package dev.lockstep.inference.batching;

import java.time.Duration;

/**
 * The moment after which an answer is worth nothing to its caller.
 *
 * @param nanos on the line of the {@link Ticker} that made it
 */
public record Deadline(long nanos) implements Comparable<Deadline> {

  /** The deadline of a caller who waits this long from now. */
  public static Deadline after(Ticker ticker, Duration budget) {
    return new Deadline(ticker.nanos() + budget.toNanos());
  }

  /** Whether it is over: at the deadline itself it is not yet. */
  public boolean passed(long now) {
    return now - nanos > 0;
  }

  /** What is left of it; negative when it has passed. */
  public Duration remaining(long now) {
    return Duration.ofNanos(nanos - now);
  }

  /** By difference, because a ticker may wrap around. */
  @Override
  public int compareTo(Deadline other) {
    return Long.signum(nanos - other.nanos);
  }
}
