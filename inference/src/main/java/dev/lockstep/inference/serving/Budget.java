package dev.lockstep.inference.serving;

import dev.lockstep.inference.batching.Deadline;
import dev.lockstep.inference.batching.Prediction;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a request may take: what its caller says, or the default. A caller's word is final; the
 * default is not: work that is long in itself gets twice the time that it would take alone, so that
 * no idle server ever refuses what it could do.
 *
 * @param given by the caller
 */
public record Budget(Optional<Duration> given, Duration byDefault) {
  public static final String HEADER = "X-Request-Timeout-Ms";

  /** The default where none is set. */
  public static final String UNLESS_SET = "200ms";

  private static final long LONGEST_MILLIS = 3_600_000;

  /** The longest that a caller may wait. */
  public static final Duration LONGEST = Duration.ofMillis(LONGEST_MILLIS);

  /**
   * Reads the header {@value #HEADER}.
   *
   * @throws ApiException of the kind INVALID when it is not a number of milliseconds
   */
  public static Duration parse(String header) {
    try {
      long millis = Long.parseLong(header.strip());
      if (millis >= 1 && millis <= LONGEST_MILLIS) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw ApiException.invalid(
        HEADER, "must be a whole number of milliseconds from 1 to " + LONGEST_MILLIS);
  }

  Duration first() {
    return given.orElse(byDefault);
  }

  /**
   * The deadline of work whose size is known.
   *
   * @param first what it was before that
   */
  Deadline deadline(Deadline first, Prediction prediction, long now) {
    Deadline patient = new Deadline(now + 2 * prediction.alone().toNanos());
    return given.isEmpty() && patient.compareTo(first) > 0 ? patient : first;
  }

  /**
   * In how much time from now an answer must be predicted for work to be let in. The default begins
   * anew: while a request lay unread the runs before it may have taken longer than the door was
   * told, which is no fault of its own, and to refuse it now would come late.
   *
   * @param deadline of this work; it stays what it is
   */
  Duration timeFor(Deadline deadline, long now) {
    Duration remaining = deadline.remaining(now);
    return given.isEmpty() && byDefault.compareTo(remaining) > 0 ? byDefault : remaining;
  }
}
