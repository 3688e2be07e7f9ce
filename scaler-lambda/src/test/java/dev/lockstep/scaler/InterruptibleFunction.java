package dev.lockstep.scaler;

import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The function in an account that moves only when it is told to, a tick a minute. Its process may
 * end between any two of its calls.
 */
final class InterruptibleFunction {
  static final int LEAST_TASKS = 2;
  static final double RATE_PER_TASK = 8;

  private static final byte[] TICK =
      "{\"detail-type\":\"Scheduled Event\",\"time\":\"2026-03-01T12:00:00Z\"}"
          .getBytes(StandardCharsets.UTF_8);

  /** Longer than the way in looks back. */
  private static final int MINUTES_REMEMBERED = 80;

  private final FakeAws aws;
  private final List<String> settings;
  private Instant now = Instant.parse("2026-03-01T12:00:07Z");

  /**
   * A function that has not run yet.
   *
   * @param settings names and values beside those of {@link Policies}
   */
  InterruptibleFunction(FakeAws aws, String... settings) {
    this.aws = aws;
    this.settings = List.of(settings);
  }

  Instant now() {
    return now;
  }

  void minuteGoesBy() {
    now = now.plus(Duration.ofMinutes(1));
  }

  /** A whole run. */
  List<Decision> run() {
    return run(settings);
  }

  /** What a run would decide; it changes nothing. */
  List<Decision> decide() {
    return run(Stream.concat(settings.stream(), Stream.of("DRY_RUN", "true")).toList());
  }

  private List<Decision> run(List<String> with) {
    return new ScalerHandler(
            new Estate(List.of(Policies.with(with.toArray(String[]::new)))),
            aws.ecs,
            aws.autoScaling,
            aws.cloudWatch,
            InstantSource.fixed(now),
            _ -> {})
        .handle(TICK);
  }

  /** The process ends: whatever the run would have called after so many calls, it does not. */
  void cutOffAfter(int calls) {
    AtomicInteger left = new AtomicInteger(calls);
    cutOff(_ -> {
      if (left.getAndDecrement() <= 0) {
        throw new CutOff();
      }
    });
  }

  /**
   * The process ends right before it calls an operation, once that change has been made.
   *
   * @return whether it came so far
   */
  boolean cutOffBefore(String operation, String change) {
    return cutOff(next -> {
      if (next.equals(operation) && aws.changes.contains(change)) {
        throw new CutOff();
      }
    });
  }

  private boolean cutOff(Consumer<String> end) {
    aws.whenCalled = end;
    try {
      var _ = run();
      return false;
    } catch (CutOff _) {
      return true;
    } finally {
      aws.whenCalled = _ -> {};
    }
  }

  /**
   * Demand of so many requests a second until now, so that the way in has what it looks back on.
   */
  void remember(double demand) {
    for (int minutes = MINUTES_REMEMBERED; minutes > 0; minutes--) {
      publish(demand, now.minus(Duration.ofMinutes(minutes)));
    }
  }

  /** Demand of so many requests a second in the minute of a moment. */
  void publish(double demand, Instant at) {
    Instant minute = Instant.ofEpochSecond(at.getEpochSecond() / 60 * 60);
    aws.metric("RequestCount", minute, demand * 60);
    aws.metric("TargetResponseTime", minute, 0.12);
  }

  private static final class CutOff extends Error {
    private static final long serialVersionUID = 1L;
  }
}
