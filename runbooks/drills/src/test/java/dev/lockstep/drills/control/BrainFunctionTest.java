package dev.lockstep.drills.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Statistic;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The brain as Lambda runs it. */
final class BrainFunctionTest {
  private static final byte[] TICK = "tick".getBytes(StandardCharsets.UTF_8);

  private final Lab lab = new Lab().settled();
  private final Account account = lab.account();
  private final List<Long> runs = new ArrayList<>();
  private Consumer<String> log = _ -> {};

  private final BrainFunction function =
      new BrainFunction(
          account,
          LockstepWiring.environment(Duration.ofMinutes(4)),
          (_, policy, lines) -> {
            log = lines;
            return _ -> {
              runs.add(account.timeline().instant().getEpochSecond() - Lab.START.getEpochSecond());
              return List.<Decision>of();
            };
          },
          _ -> {});

  @Test
  void aGoodVersionRunsOnceATrigger() {
    function.receive(TICK);
    lab.runTo(1000);

    assertThat(runs).containsExactly(100L);
    assertThat(sum(BrainFunction.ERRORS)).isZero();
  }

  @Test
  void aBrokenVersionIsTriedThreeTimesAndLeavesADeadLetter() {
    function.breakDown();
    function.receive(TICK);
    lab.runTo(279);
    assertThat(function.deadLetters()).isZero();
    lab.runTo(280);

    assertThat(function.deadLetters()).isEqualTo(1);
    lab.runTo(400);
    assertThat(sum(BrainFunction.ERRORS)).isEqualTo(3);
    assertThat(runs).isEmpty();
  }

  @Test
  void theAliasBackOnTheGoodVersionServesTheSecondTry() {
    function.breakDown();
    function.receive(TICK);
    function.activate(1);
    lab.runTo(400);

    assertThat(runs).containsExactly(160L);
    assertThat(function.deadLetters()).isZero();
  }

  @Test
  void aThrottledTriggerWaitsTwiceAsLongEachTimeAndIsDroppedAfterFiveMinutes() {
    function.throttle(true);
    function.receive(TICK);
    lab.runTo(500);

    // After 0, 1, 3, 7, 15, 31, 63, 127 and 255 s; the next would be too late.
    assertThat(sum(BrainFunction.THROTTLES)).isEqualTo(9);
    assertThat(function.deadLetters()).isEqualTo(1);
  }

  @Test
  void aThrottledTriggerRunsOnceThereIsRoom() {
    function.throttle(true);
    function.receive(TICK);
    lab.runTo(104);
    function.throttle(false);
    lab.runTo(500);

    assertThat(runs).containsExactly(107L);
    assertThat(function.deadLetters()).isZero();
  }

  @Test
  void anOperatorsCallIsNotTriedAgain() {
    function.breakDown();

    assertThat(function.invoke(TICK)).isEqualTo(new Answer.Refused("FunctionError: Unhandled"));
    lab.runTo(500);
    assertThat(function.deadLetters()).isZero();
    assertThat(sum(BrainFunction.ERRORS)).isEqualTo(1);
  }

  @Test
  void anAppliedVariableReachesThePolicyAndTheGroup() {
    function.configure(Map.of("max_hosts", "12", "rps_per_task", "4"));

    assertThat(account.group().max()).isEqualTo(12);
    assertThat(function.policy().hosts().max()).isEqualTo(12);
    assertThat(function.policy().ratePerTask().perSecond()).isEqualTo(4);
    assertThatThrownBy(() -> function.configure(Map.of("max_gpus", "1")))
        .hasMessageContaining("the variable is 'max_gpus' but must be one of cluster, service");
  }

  @Test
  void metricsInTheLogBecomePoints() {
    log.accept("embed: nothing to do");
    log.accept(
        """
        {"_aws":{"CloudWatchMetrics":[{"Namespace":"Lockstep","Dimensions":[["Service"]],\
        "Metrics":[{"Name":"ShortfallTasks","Unit":"Count"}]}]},\
        "Service":"embed","ShortfallTasks":3,"NotAMetric":9}
        """);
    lab.runTo(200);

    assertThat(sum(MetricName.ofService("ShortfallTasks"))).isEqualTo(3);
    assertThat(sum(MetricName.ofService("NotAMetric"))).isZero();
  }

  private double sum(MetricName metric) {
    return account
        .metrics()
        .read(
            metric,
            new Statistic.Sum(),
            Duration.ofMinutes(1),
            Lab.START,
            account.timeline().instant(),
            account.timeline().instant())
        .values()
        .stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }
}
