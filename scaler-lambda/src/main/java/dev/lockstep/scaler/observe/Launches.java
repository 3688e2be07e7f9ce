package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.List;

/**
 * The group's launches as its activities tell of them.
 *
 * @param samples those that came into service, the newest first
 * @param underWay those that have not yet
 */
public record Launches(List<LaunchSample> samples, List<UnderWay> underWay) {
  /** Nothing is known of any. */
  public static final Launches NONE = new Launches(List.of(), List.of());

  public Launches {
    samples = List.copyOf(samples);
    underWay = List.copyOf(underWay);
  }

  /** A host that was ordered and is not in service. */
  public record UnderWay(LaunchSample.Origin origin, Instant ordered) {}
}
