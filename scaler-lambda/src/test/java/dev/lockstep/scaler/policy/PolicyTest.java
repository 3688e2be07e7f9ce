package dev.lockstep.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PolicyTest {

  @Test
  void theEnvironmentBecomesAPolicy() {
    Policy policy = Policies.with();

    assertThat(policy.fleet().service()).isEqualTo("embed");
    assertThat(policy.ratePerTask()).isEqualTo(new RequestRate(8));
    assertThat(policy.p95Budget()).isEqualTo(Duration.ofMillis(250));
    assertThat(policy.leadTime()).isEqualTo(Duration.ofMinutes(4));
    assertThat(policy.release()).isEqualTo(TaskRelease.TOGETHER);
    assertThat(policy.dryRun()).isFalse();
  }

  @Test
  void theTestEnvironmentHoldsEverySettingAndNoOther() {
    assertThat(Policies.environment().keySet())
        .isEqualTo(
            Arrays.stream(Setting.values()).map(Setting::variable).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource
  void aMissingSettingIsRefusedByItsName(Setting setting) {
    Map<String, String> environment = Policies.environment();
    environment.remove(setting.variable());

    assertThatThrownBy(() -> Policy.fromEnvironment(environment))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessage(setting.variable() + " is not set; it is " + setting.meaning());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RPS_PER_TASK   | fast  | LOCKSTEP_RPS_PER_TASK is 'fast' but must be a number
          RPS_PER_TASK   | 0     | LOCKSTEP_RPS_PER_TASK is 0.0
          RPS_PER_TASK   | -1    | LOCKSTEP_RPS_PER_TASK: a request rate is finite and 0 or more, not -1.0
          RPS_PER_TASK   | NaN   | LOCKSTEP_RPS_PER_TASK: a request rate is finite
          P95_BUDGET_MS  | 0     | LOCKSTEP_P95_BUDGET_MS is 0
          GPUS_PER_TASK  | 0     | LOCKSTEP_GPUS_PER_TASK, LOCKSTEP_GPUS_PER_HOST: a task holds 1 GPU or more
          GPUS_PER_TASK  | 2     | a task of 2 GPUs never fits a host of 1
          MIN_TASKS      | -1    | LOCKSTEP_MIN_TASKS, LOCKSTEP_MAX_TASKS: the minimum is 0 or more, not -1
          MAX_TASKS      | 1     | LOCKSTEP_MIN_TASKS, LOCKSTEP_MAX_TASKS: the maximum 1 is below the minimum 2
          MAX_TASKS      | 11    | LOCKSTEP_MAX_HOSTS is 10 but 11 tasks at 1 a host need 11 hosts
          MAX_TASKS      | 2.5   | LOCKSTEP_MAX_TASKS is '2.5' but must be a whole number
          MAX_HOSTS      | 1     | LOCKSTEP_MIN_HOSTS, LOCKSTEP_MAX_HOSTS: the maximum 1 is below the minimum 2
          MAX_STEP_HOSTS | 0     | LOCKSTEP_MAX_STEP_HOSTS is 0; it is the most hosts that one run may add, 1 or more
          SPARE          | -1 tasks | LOCKSTEP_SPARE is '-1 tasks' but must be such as '2 tasks', '25 %' or '0.1 % late'
          SPARE          | some  | LOCKSTEP_SPARE is 'some' but must be such as '2 tasks'
          SPARE          | 1.5 tasks | LOCKSTEP_SPARE is '1.5 tasks' but must be a whole number of tasks
          SPARE          | 1000 % | LOCKSTEP_SPARE: a spare share is from 0 to 900 per cent, not 1000.0
          SPARE          | 0 % late | LOCKSTEP_SPARE: late answers are above 0 and below 50 per cent, not 0.0
          SPARE          | 50 % late | LOCKSTEP_SPARE: late answers are above 0 and below 50 per cent, not 50.0
          LEAD_SECONDS   | 0     | LOCKSTEP_LEAD_SECONDS is 0
          TASK_RELEASE   | later | LOCKSTEP_TASK_RELEASE is 'later' but must be together or on-registration
          FORECAST       | maybe | LOCKSTEP_FORECAST is 'maybe' but must be true or false
          DRY_RUN        | yes   | LOCKSTEP_DRY_RUN is 'yes' but must be true or false
          LOAD_BALANCER  | alb   | the load balancer is app/NAME/ID, not 'alb'
          TARGET_GROUP   | tg    | the target group is targetgroup/NAME/ID, not 'tg'
          TARGET_GROUP   | targetgroup/a/1+ | the target group is targetgroup/NAME/ID, not ''
          TARGET_GROUP   | targetgroup/a/1,targetgroup/b/2,targetgroup/c/3 | there are one or two colours, not 3
          TARGET_GROUP   | targetgroup/a/1,targetgroup/a/1 | target group targetgroup/a/1 is named twice
          TARGET_GROUP   | targetgroup/a/1+targetgroup/b/2,targetgroup/c/3 | both colours have a target group for each protocol
          TARGET_GROUP   | targetgroup/a/1+targetgroup/a/2+targetgroup/a/3+targetgroup/a/4+targetgroup/a/5+targetgroup/a/6 | a task is in 1 to 5 target groups, not 6
          """)
  void aBadValueIsRefusedWithWhatWasSeenAndWhatIsAllowed(
      String setting, String value, String message) {
    assertThatThrownBy(() -> Policies.with(setting, value))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aCommaPartsColoursAndAPlusSignTheProtocolsOfOne() {
    Policy policy =
        Policies.with(
            "TARGET_GROUP",
            "targetgroup/blue/1+targetgroup/blue-grpc/2, targetgroup/green/3 +"
                + " targetgroup/green-grpc/4");

    assertThat(policy.fleet().colours())
        .containsExactly(
            new Colour(List.of("targetgroup/blue/1", "targetgroup/blue-grpc/2")),
            new Colour(List.of("targetgroup/green/3", "targetgroup/green-grpc/4")));
  }

  @ParameterizedTest
  @CsvSource({
    "1 task, 1 tasks",
    "2 tasks, 2 tasks",
    "25 %, 25 %",
    "0.1% late, 0.1 % late",
    "3e-8 % late, 3.0E-8 % late"
  })
  void spareIsTasksAShareOrHowRareLateAnswersAre(String value, String label) {
    assertThat(Policies.with("SPARE", value).spare().label()).isEqualTo(label);
  }

  @Test
  void fourTasksOfThreeGpusOnFourGpuHostsNeedFourHosts() {
    assertThat(new GpuShape(3, 4).hostsFor(4)).isEqualTo(4);
  }

  @Property
  void theHostsForSomeTasksHoldThemAndOneHostLessDoesNot(
      @ForAll @IntRange(min = 1, max = 16) int perTask,
      @ForAll @IntRange(min = 0, max = 16) int more,
      @ForAll @IntRange(min = 1, max = 10_000) int tasks) {
    GpuShape gpus = new GpuShape(perTask, perTask + more);

    int hosts = gpus.hostsFor(tasks);

    assertThat(hosts * gpus.tasksPerHost()).isGreaterThanOrEqualTo(tasks);
    assertThat((hosts - 1) * gpus.tasksPerHost()).isLessThan(tasks);
    assertThat(gpus.tasksPerHost() * perTask).isLessThanOrEqualTo(gpus.perHost());
  }
}
