package dev.lockstep.drills.cloudwatch;

import java.time.Duration;
import java.time.Instant;

/** Periods begin at whole multiples of their length. */
final class Periods {
  private Periods() {}

  /** The start of the period that a moment belongs to, when one of them begins at an origin. */
  static Instant floor(Instant time, Duration period, Instant origin) {
    long seconds = period.toSeconds();
    long since = Duration.between(origin, time).toSeconds();
    return origin.plusSeconds(Math.floorDiv(since, seconds) * seconds);
  }

  /** The start of the period that a moment belongs to. */
  static Instant floor(Instant time, Duration period) {
    long seconds = period.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }
}
