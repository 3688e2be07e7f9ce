package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.FakeAws;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;

/** Tasks that are in several target groups at once: one for each protocol they speak. */
final class SeveralTargetGroupsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:07Z");
  private static final Instant LAST_MINUTE = Instant.parse("2026-03-01T11:59:00Z");

  private static final String BLUE = "targetgroup/blue/1";
  private static final String BLUE_GRPC = "targetgroup/blue-grpc/2";
  private static final String GREEN = "targetgroup/green/3";
  private static final String GREEN_GRPC = "targetgroup/green-grpc/4";

  private final FakeAws aws = new FakeAws();

  @Test
  void requestsByEitherProtocolAreDemand() {
    aws.metric("RequestCount", BLUE, LAST_MINUTE, 1800);
    aws.metric("RequestCount", BLUE_GRPC, LAST_MINUTE, 600);

    assertThat(seen(BLUE + "+" + BLUE_GRPC).demand().stable().known())
        .contains(new RequestRate(40));
  }

  @Test
  void aTaskInTwoGroupsIsOneTask() {
    late();
    aws.metric("HealthyHostCount", BLUE, LAST_MINUTE, 5);
    aws.metric("HealthyHostCount", BLUE_GRPC, LAST_MINUTE, 5);

    assertThat(lastMinute(BLUE + "+" + BLUE_GRPC).tasks()).isEqualTo(OptionalDouble.of(5));
  }

  @Test
  void aTaskThatAnswersByOneProtocolAloneDoesNotCountYet() {
    late();
    aws.metric("HealthyHostCount", BLUE, LAST_MINUTE, 5);
    aws.metric("HealthyHostCount", BLUE_GRPC, LAST_MINUTE, 4);

    assertThat(lastMinute(BLUE + "+" + BLUE_GRPC).tasks()).isEqualTo(OptionalDouble.of(4));
  }

  @Test
  void tasksOfTwoColoursAreDifferentTasks() {
    late();
    aws.metric("HealthyHostCount", BLUE, LAST_MINUTE, 5);
    aws.metric("HealthyHostCount", BLUE_GRPC, LAST_MINUTE, 5);
    aws.metric("HealthyHostCount", GREEN, LAST_MINUTE, 3);
    aws.metric("HealthyHostCount", GREEN_GRPC, LAST_MINUTE, 2);

    assertThat(lastMinute(BLUE + "+" + BLUE_GRPC + "," + GREEN + "+" + GREEN_GRPC).tasks())
        .isEqualTo(OptionalDouble.of(7));
    assertThat(lastMinute(BLUE + "," + GREEN).tasks()).isEqualTo(OptionalDouble.of(8));
  }

  @Test
  void oneGroupWithoutDataDoesNotHideTheTasksOfTheOther() {
    late();
    aws.metric("HealthyHostCount", BLUE, LAST_MINUTE, 5);

    assertThat(lastMinute(BLUE + "+" + BLUE_GRPC).tasks()).isEqualTo(OptionalDouble.of(5));
  }

  @Test
  void aTaskThatComesIsTheRiseOfOneHostNotOfTwo() {
    MetricQueries queries =
        new MetricQueries(0, Policies.with("TARGET_GROUP", BLUE + "+" + BLUE_GRPC).fleet());
    NavigableMap<Instant, Double> oneMoreLastMinute =
        new TreeMap<>(Map.of(minutesAgo(2), 1.0, minutesAgo(1), 2.0));
    Map<String, NavigableMap<Instant, Double>> points =
        queries.ids(MetricQueries.HEALTHY).stream()
            .collect(Collectors.toMap(Function.identity(), _ -> oneMoreLastMinute));

    Launches launches =
        LaunchHistory.of(
            List.of(launched("i-1"), launched("i-2")),
            Map.of("i-1", minutesAgo(3), "i-2", minutesAgo(3)),
            new MetricPoints(queries, points).healthy(),
            1);

    assertThat(launches.samples())
        .extracting(LaunchSample::load)
        .containsOnlyOnce(Optional.empty());
  }

  @Test
  void theSlowerProtocolCounts() {
    aws.metric("RequestCount", BLUE, LAST_MINUTE, 1800);
    aws.metric("RequestCount", BLUE_GRPC, LAST_MINUTE, 600);
    aws.metric("TargetResponseTime", BLUE, LAST_MINUTE, 0.12);
    aws.metric("TargetResponseTime", BLUE_GRPC, LAST_MINUTE, 0.31);

    assertThat(seen(BLUE + "+" + BLUE_GRPC).demand().p95().known())
        .contains(Duration.ofMillis(310));
  }

  @Test
  void aFewSlowCallsByOneProtocolDoNotMakeAllAnswersLate() {
    aws.metric("RequestCount", BLUE, LAST_MINUTE, 2400);
    aws.metric("RequestCount", BLUE_GRPC, LAST_MINUTE, 60);
    aws.metric("TargetResponseTime", BLUE, LAST_MINUTE, 0.12);
    aws.metric("TargetResponseTime", BLUE_GRPC, LAST_MINUTE, 3.0);

    assertThat(seen(BLUE + "+" + BLUE_GRPC).demand().p95().known())
        .contains(Duration.ofMillis(120));
  }

  @Test
  void withoutRequestCountsNobodyKnowsWhichCallsWereFew() {
    aws.metric("TargetResponseTime", BLUE, LAST_MINUTE, 0.12);
    aws.metric("TargetResponseTime", BLUE_GRPC, LAST_MINUTE, 3.0);

    assertThat(seen(BLUE + "+" + BLUE_GRPC).demand().p95().known()).contains(Duration.ofSeconds(3));
  }

  /** So that the minutes are read. */
  private void late() {
    aws.metric("RequestCount", BLUE, LAST_MINUTE, 2400);
    aws.metric("TargetResponseTime", BLUE, LAST_MINUTE, 0.31);
  }

  private static Activity launched(String host) {
    return Activity.builder()
        .description("Launching a new EC2 instance: " + host)
        .statusCode(ScalingActivityStatusCode.SUCCESSFUL)
        .startTime(minutesAgo(5))
        .endTime(minutesAgo(4))
        .build();
  }

  private ServiceMinute lastMinute(String targetGroups) {
    return seen(targetGroups).experience().minutes().getLast();
  }

  private Observation seen(String targetGroups) {
    Look look =
        new FleetObserver(
                new Estate(List.of(Policies.with("TARGET_GROUP", targetGroups))),
                aws.ecs,
                aws.autoScaling,
                aws.cloudWatch,
                ParallelReads.ONE_BY_ONE)
            .observe(NOW)
            .getFirst()
            .getFirst()
            .look();
    return switch (look) {
      case Look.Clear(Observation observation) -> observation;
      case Look.Obscured(var problems) -> throw new AssertionError(problems);
    };
  }

  private static Instant minutesAgo(int minutes) {
    return LAST_MINUTE.minus(Duration.ofMinutes(minutes - 1L));
  }
}
