package dev.lockstep.inference.admission;

import java.time.Duration;
import java.util.Optional;

/**
 * Room for the bodies of all requests under way together. One body is bounded by itself; without
 * this, as many as connections can bring at once would be held, and memory with them.
 *
 * <p>Invariant: what is held is never more than the capacity.
 */
public final class BodyRoom {
  /** Bodies come and go in milliseconds; it is the least that Retry-After can say. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private final long capacity;
  private long held;

  /**
   * Empty room.
   *
   * @param capacity in bytes
   */
  public BodyRoom(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "LOCKSTEP_MAX_BODY_BYTES is %d; 1 or more is needed".formatted(capacity));
    }
    this.capacity = capacity;
  }

  /** A body's place. Closing twice is closing once. */
  public final class Place implements AutoCloseable {
    private long bytes;

    private Place(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public void close() {
      synchronized (BodyRoom.this) {
        held -= bytes;
        bytes = 0;
      }
    }
  }

  /** Takes room, all of it or nothing. */
  public synchronized Optional<Place> take(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a body has %d bytes; 0 or more".formatted(bytes));
    }
    // Not held + bytes, which may overflow.
    if (bytes > capacity - held) {
      return Optional.empty();
    }
    held += bytes;
    return Optional.of(new Place(bytes));
  }

  /** What to tell those who found none. */
  public Verdict.Refused refusal() {
    return new Verdict.Refused(Verdict.Reason.BODIES, SOON);
  }

  public long capacity() {
    return capacity;
  }

  public synchronized long held() {
    return held;
  }
}
