package dev.lockstep.scaler.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One host's way into service, in the parts that add up to a lead time.
 *
 * <pre>
 *   lead = boot + register + load
 * </pre>
 *
 * Parts that are not known are not there; they are never zero for want of knowledge.
 *
 * @param instanceId EC2's name of the host
 * @param origin where it came from
 * @param ordered when the group was asked for it
 * @param boot from the order until the host was in service in the group
 * @param register from then on until ECS could place tasks on it; zero when it could before
 * @param load from then on until the load balancer had a further healthy target: image and model
 */
public record LaunchSample(
    String instanceId,
    Origin origin,
    Instant ordered,
    Duration boot,
    Optional<Duration> register,
    Optional<Duration> load) {

  /** Where a host comes from when it is ordered. */
  public enum Origin {
    /** EC2 gives a new one. */
    COLD,
    /** The group's warm pool gives one that has booted before. */
    WARM
  }

  public LaunchSample {
    Stream.concat(Stream.of(boot), Stream.concat(register.stream(), load.stream()))
        .filter(Duration::isNegative)
        .findFirst()
        .ifPresent(negative -> {
          throw new IllegalArgumentException(
              "the parts of a launch last 0 or longer, not %s (host %s)"
                  .formatted(negative, instanceId));
        });
  }

  /** What is known of it; the whole lead once every part is. */
  public Duration known() {
    return boot.plus(register.orElse(Duration.ZERO)).plus(load.orElse(Duration.ZERO));
  }
}
