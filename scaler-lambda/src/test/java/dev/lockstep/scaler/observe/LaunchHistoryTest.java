package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.scaler.observe.LaunchSample.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;

/** How long hosts took, from what activities, registrations and the load balancer say. */
final class LaunchHistoryTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Activity> activities = new ArrayList<>();
  private final Map<String, Instant> registered = new HashMap<>();
  private final NavigableMap<Instant, Double> healthy = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Launching a new EC2 instance into warm pool: i-0ea10fdc59a07df6e",
        "Launching a new EC2 instance.  Status Reason: no capacity. Launching EC2 instance failed.",
        "Launching a new EC2 instance",
        "Terminating EC2 instance: i-0ea10fdc59a07df6e",
        ""
      })
  void whatIsNoLaunchIntoServiceIsNoSample(String description) {
    launched(description, 0, 40, ScalingActivityStatusCode.SUCCESSFUL);

    assertThat(history()).isEqualTo(Launches.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "CANCELLED"})
  void aLaunchThatFailedIsNeitherASampleNorUnderWay(String status) {
    launched(cold("i-1"), 0, 40, ScalingActivityStatusCode.valueOf(status));

    assertThat(history()).isEqualTo(Launches.NONE);
  }

  @Test
  void anActivityWithoutTimesOrTextIsPassedOver() {
    activities.add(Activity.builder().statusCode(ScalingActivityStatusCode.SUCCESSFUL).build());
    activities.add(
        Activity.builder()
            .description(cold("i-1"))
            .statusCode(ScalingActivityStatusCode.SUCCESSFUL)
            .build());
    activities.add(
        Activity.builder()
            .description(cold("i-2"))
            .startTime(at(0))
            .statusCode(ScalingActivityStatusCode.SUCCESSFUL)
            .build());

    assertThat(history()).isEqualTo(Launches.NONE);
  }

  @Test
  void anEndBeforeTheStartIsNoSample() {
    launched(cold("i-1"), 40, 0, ScalingActivityStatusCode.SUCCESSFUL);

    assertThat(history().samples()).isEmpty();
  }

  @Test
  void aLaunchIsBootRegistrationAndLoad() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(115));
    healthy(2, 2, 2, 3, 3);

    LaunchSample sample = history().samples().getFirst();

    assertThat(sample)
        .isEqualTo(
            new LaunchSample(
                "i-1",
                Origin.COLD,
                at(0),
                Duration.ofSeconds(95),
                Optional.of(Duration.ofSeconds(20)),
                Optional.of(Duration.ofSeconds(95))));
    assertThat(sample.known()).isEqualTo(Duration.ofSeconds(210));
  }

  @Test
  void partsThatAreNotKnownAreNotZero() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);

    LaunchSample sample = history().samples().getFirst();

    assertThat(sample.register()).isEmpty();
    assertThat(sample.load()).isEmpty();
    assertThat(sample.known()).isEqualTo(Duration.ofSeconds(95));
  }

  @Test
  void aHostOfTheWarmPoolIsKnownByItsActivityAndMayHaveRegisteredLongBefore() {
    launched(
        "Launching a new EC2 instance from warm pool: i-1",
        600,
        636,
        ScalingActivityStatusCode.SUCCESSFUL);
    launched(
        "Launching a new EC2 instance into warm pool: i-1",
        0,
        260,
        ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(250));

    assertThat(history().samples())
        .containsExactly(
            new LaunchSample(
                "i-1",
                Origin.WARM,
                at(600),
                Duration.ofSeconds(36),
                Optional.of(Duration.ZERO),
                Optional.empty()));
  }

  @Test
  void theOrderIsWhenTheGroupWasAskedNotWhenItBegan() {
    launched(
        cold("i-1"),
        9,
        95,
        "At 2026-03-01T12:00:00Z a user request explicitly set group desired capacity changing the"
            + " desired capacity from 1 to 2.  At 2026-03-01T12:00:09Z an instance was started in"
            + " response to a difference between desired and actual capacity, increasing the"
            + " capacity from 1 to 2.");

    assertThat(history().samples().getFirst().ordered()).isEqualTo(at(0));
    assertThat(history().samples().getFirst().boot()).isEqualTo(Duration.ofSeconds(95));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "At 2026-03-01T11:58:08Z a user request explicitly set group desired capacity changing the"
            + " desired capacity from 1 to 2.",
        "At 2026-03-01T12:00:10Z a user request explicitly set group desired capacity changing the"
            + " desired capacity from 1 to 2.",
        "At 2026-03-99T12:00:00Z a user request explicitly set group desired capacity changing the"
            + " desired capacity from 1 to 2.",
        "At 2026-03-01T12:00:09Z an instance was started in response to a difference between"
            + " desired and actual capacity, increasing the capacity from 1 to 2."
      })
  void anOrderOfAnotherTimeIsNotThisHosts(String cause) {
    launched(cold("i-1"), 9, 95, cause);

    assertThat(history().samples().getFirst().ordered()).isEqualTo(at(9));
  }

  @Test
  void ofTwoOrdersBeforeOneStartTheFirstCounts() {
    launched(
        cold("i-1"),
        9,
        95,
        "At 2026-03-01T11:59:30Z a user request explicitly set group desired capacity changing the"
            + " desired capacity from 1 to 2.  At 2026-03-01T12:00:00Z a user request explicitly"
            + " set group desired capacity changing the desired capacity from 2 to 3.");

    assertThat(history().samples().getFirst().ordered()).isEqualTo(at(-30));
  }

  @Test
  void aHostThatHasNotComeIsUnderWay() {
    launched(cold("i-1"), 10, 95, ScalingActivityStatusCode.MID_LIFECYCLE_ACTION);
    launched(
        "Launching a new EC2 instance from warm pool: i-2",
        20,
        95,
        ScalingActivityStatusCode.PRE_IN_SERVICE);

    assertThat(history())
        .isEqualTo(
            new Launches(
                List.of(),
                List.of(
                    new Launches.UnderWay(Origin.WARM, at(20)),
                    new Launches.UnderWay(Origin.COLD, at(10)))));
  }

  @Test
  void samplesAreTheNewestFirst() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    launched(cold("i-2"), 300, 400, ScalingActivityStatusCode.SUCCESSFUL);

    assertThat(history().samples())
        .extracting(LaunchSample::instanceId)
        .containsExactly("i-2", "i-1");
  }

  @Test
  void aRiseOfHealthyTargetsIsGivenToTheHostThatRegisteredFirst() {
    twoHosts(115, 130);
    healthy(2, 2, 2, 3, 4);

    assertThat(loads()).containsExactly(Duration.ofSeconds(95), Duration.ofSeconds(140));
  }

  @Test
  void aRiseOfTwoIsTwoHosts() {
    twoHosts(115, 130);
    healthy(2, 2, 2, 4, 4);

    assertThat(loads()).containsExactly(Duration.ofSeconds(95), Duration.ofSeconds(80));
  }

  @Test
  void aRiseOfTwoIsOneHostWhereAHostHoldsTwoTasks() {
    twoHosts(115, 130);
    healthy(2, 2, 2, 4, 6);

    Launches launches = LaunchHistory.of(activities, registered, healthy, 2);

    assertThat(launches.samples().reversed())
        .extracting(sample -> sample.load().orElseThrow())
        .containsExactly(Duration.ofSeconds(95), Duration.ofSeconds(140));
  }

  @Test
  void aRiseBeforeTheHostRegisteredIsAnothers() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(115));
    healthy(2, 3, 3, 3, 4);

    assertThat(loads()).containsExactly(Duration.ofSeconds(155));
  }

  @Test
  void aRiseInTheMinuteOfTheRegistrationIsTheHostsWhenItRegisteredInTheFirstHalf() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    healthy(2, 2, 3, 4);

    registered.put("i-1", at(150));
    assertThat(loads()).containsExactly(Duration.ZERO);

    registered.put("i-1", at(151));
    assertThat(loads()).containsExactly(Duration.ofSeconds(59));
  }

  @Test
  void aMinuteThatIsMissingHidesARise() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(115));
    healthy(2, 2, 2, 3, 3);
    healthy.remove(at(120));

    assertThat(history().samples().getFirst().load()).isEmpty();
  }

  @Test
  void aRiseLongAfterwardsIsNotTheHosts() {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(120));
    healthy.put(at(960), 2.0);
    healthy.put(at(1020), 3.0);
    assertThat(loads()).containsExactly(Duration.ofSeconds(930));

    registered.put("i-1", at(119));
    assertThat(history().samples().getFirst().load()).isEmpty();
  }

  @Test
  void aNegativePartIsRefused() {
    assertThatThrownBy(() ->
            new LaunchSample(
                "i-1",
                Origin.COLD,
                NOON,
                Duration.ofSeconds(95),
                Optional.of(Duration.ofSeconds(-1)),
                Optional.empty()))
        .hasMessage("the parts of a launch last 0 or longer, not PT-1S (host i-1)");
  }

  private void twoHosts(int first, int second) {
    launched(cold("i-1"), 0, 95, ScalingActivityStatusCode.SUCCESSFUL);
    launched(cold("i-2"), 1, 95, ScalingActivityStatusCode.SUCCESSFUL);
    registered.put("i-1", at(first));
    registered.put("i-2", at(second));
  }

  private List<Duration> loads() {
    return history().samples().reversed().stream()
        .map(sample -> sample.load().orElseThrow())
        .toList();
  }

  private Launches history() {
    return LaunchHistory.of(activities, registered, healthy, 1);
  }

  private void healthy(double... counts) {
    for (int minute = 0; minute < counts.length; minute++) {
      healthy.put(at(60 * minute), counts[minute]);
    }
  }

  private void launched(String description, int start, int end, String cause) {
    launched(description, start, end, ScalingActivityStatusCode.SUCCESSFUL, cause);
  }

  private void launched(String description, int start, int end, ScalingActivityStatusCode status) {
    launched(description, start, end, status, "");
  }

  private void launched(
      String description, int start, int end, ScalingActivityStatusCode status, String cause) {
    activities.add(
        Activity.builder()
            .description(description)
            .cause(cause)
            .statusCode(status)
            .startTime(at(start))
            .endTime(at(end))
            .build());
  }

  private static String cold(String id) {
    return "Launching a new EC2 instance: " + id;
  }

  private static Instant at(int seconds) {
    return NOON.plusSeconds(seconds);
  }
}
