package dev.lockstep.inference.admission;

import java.time.Duration;

/** Whether work may come in. */
public sealed interface Verdict {
  record Admitted() implements Verdict {}

  /**
   * It may not, now.
   *
   * @param retryAfter when it is worth asking again
   */
  record Refused(Reason reason, Duration retryAfter) implements Verdict {}

  /** Why work is turned away. */
  enum Reason {
    /** The answer would come after the caller's deadline. */
    TOO_LATE,
    /** It was let in, and the deadline passed before the device was free. */
    EXPIRED,
    /** Other tenants have a right to the room that is left. */
    TENANT_SHARE,
    /** As many requests are under way as memory is set aside for. */
    TOO_MANY
  }
}
