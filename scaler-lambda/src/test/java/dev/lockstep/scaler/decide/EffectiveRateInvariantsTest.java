package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.LearnedPoint;
import dev.lockstep.scaler.observe.ServiceMinute;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds for whatever was measured and published. */
final class EffectiveRateInvariantsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration BUDGET = Duration.ofMillis(250);

  @Property
  void itIsAlwaysBetweenTheFloorAndWhatIsConfigured(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.5, max = 100) double configured) {
    World world = new World(seed, configured);

    assertThat(world.learn(configured)).isBetween(configured / 2, configured);
  }

  @Property
  void theSameInputGivesTheSameOutput(@ForAll long seed) {
    assertThat(new World(seed, 8).result()).isEqualTo(new World(seed, 8).result());
  }

  @Property
  void whatIsMissingNeverLowersIt(@ForAll long seed, @ForAll long holes) {
    World world = new World(seed, 8);
    double before = world.kept(8);
    Random random = new Random(holes);
    world.minutes.removeIf(_ -> random.nextBoolean());
    world.minutes.replaceAll(minute -> without(minute, random.nextInt(4)));

    assertThat(world.learn(8)).isEqualTo(before);
  }

  @Property
  void minutesThatDoNotCountNeverLowerIt(
      @ForAll long seed, @ForAll @IntRange(max = 3) int disturbance) {
    World world = new World(seed, 8);
    world.minutes.replaceAll(minute -> disturbed(minute, disturbance));

    assertThat(world.learn(8)).isEqualTo(world.kept(8));
  }

  @Property
  void inQuietTimeItOnlyGoesUp(
      @ForAll long seed,
      @ForAll @IntRange(max = 600) int minute,
      @ForAll @IntRange(max = 600) int later) {
    World world = new World(seed, 8);
    world.minutes.clear();
    Instant first = NOW.plus(Duration.ofMinutes(minute));

    assertThat(world.learnAt(8, first.plus(Duration.ofMinutes(later))))
        .isGreaterThanOrEqualTo(world.learnAt(8, first));
  }

  @Property
  void aRunThatIsRepeatedAfterItsResultWasPublishedChangesNothing(@ForAll long seed) {
    World world = new World(seed, 8);
    double once = world.learn(8);
    world.published.add(new LearnedPoint(NOW, once));

    assertThat(world.learn(8)).isEqualTo(once);
  }

  private static ServiceMinute without(ServiceMinute minute, int series) {
    return new ServiceMinute(
        minute.start(),
        series == 0 ? OptionalDouble.empty() : minute.requests(),
        series == 1 ? OptionalDouble.empty() : minute.tasks(),
        series == 2 ? Optional.empty() : minute.p95(),
        series == 3 ? Optional.empty() : minute.p50(),
        minute.errors(),
        minute.refusals(),
        minute.queueDelay(),
        minute.gpuPercent());
  }

  /** Errors, a shortage, one bad host, a slow dependency. */
  private static ServiceMinute disturbed(ServiceMinute minute, int disturbance) {
    double requests = minute.requests().orElse(0);
    return new ServiceMinute(
        minute.start(),
        disturbance == 1 ? OptionalDouble.of(9 * 60 * minute.tasks().orElse(0)) : minute.requests(),
        minute.tasks(),
        minute.p95(),
        disturbance == 2 ? minute.p95().map(p95 -> p95.dividedBy(4)) : minute.p50(),
        disturbance == 0 ? requests : 0,
        0,
        disturbance == 3 ? Optional.of(Duration.ZERO) : minute.queueDelay(),
        minute.gpuPercent());
  }

  /** An hour of a fleet that is often late, and what was published in it. */
  private static final class World {
    private final List<ServiceMinute> minutes = new ArrayList<>();
    private final List<LearnedPoint> published = new ArrayList<>();

    World(long seed, double configured) {
      Random random = new Random(seed);
      double load = configured * (0.4 + 0.7 * random.nextDouble());
      int tasks = 1 + random.nextInt(20);
      int p95 = 150 + random.nextInt(400);
      for (int ago = 65; ago > 0; ago--) {
        if (random.nextInt(30) == 0) {
          tasks = 1 + random.nextInt(20);
          load = configured * (0.4 + 0.7 * random.nextDouble());
          p95 = 150 + random.nextInt(400);
        }
        double wobble = 0.97 + 0.06 * random.nextDouble();
        Duration slow = Duration.ofMillis(Math.round(p95 * wobble));
        minutes.add(
            new ServiceMinute(
                NOW.minus(Duration.ofMinutes(ago)),
                OptionalDouble.of(load * wobble * 60 * tasks),
                OptionalDouble.of(tasks),
                Optional.of(slow),
                Optional.of(slow.dividedBy(2)),
                0,
                0,
                random.nextBoolean() ? Optional.of(slow.dividedBy(4)) : Optional.empty(),
                OptionalDouble.empty()));
      }
      for (int ago = random.nextInt(90); ago > 0; ago -= 1 + random.nextInt(20)) {
        published.add(
            new LearnedPoint(
                NOW.minus(Duration.ofMinutes(ago)), configured * (0.3 + random.nextDouble())));
      }
    }

    LearnedRate result() {
      return EffectiveRate.learn(
          new RequestRate(8), BUDGET, minutes, published, Optional.empty(), NOW);
    }

    double learn(double configured) {
      return EffectiveRate.learn(
              new RequestRate(configured), BUDGET, minutes, published, Optional.empty(), NOW)
          .rate()
          .perSecond();
    }

    double learnAt(double configured, Instant time) {
      return EffectiveRate.learn(
              new RequestRate(configured), BUDGET, minutes, published, Optional.empty(), time)
          .rate()
          .perSecond();
    }

    /** What it is without any minute: the newest that was published, a little recovered. */
    double kept(double configured) {
      return published.stream()
          .max(Comparator.comparing(LearnedPoint::at))
          .map(point ->
              point.value()
                  + 0.05 * configured * (Duration.between(point.at(), NOW).toSeconds() / 3600.0))
          .map(rate -> Math.clamp(rate, configured / 2, configured))
          .orElse(configured);
    }
  }
}
