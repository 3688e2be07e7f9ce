package dev.lockstep.scaler.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.scaler.packaged.AwsServer.Fault;
import dev.lockstep.scaler.policy.Policies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Lambda will run, run here: the packaged function under Lambda's runtime. */
@Timeout(120)
final class PackagedFunctionIT {
  private static final double FORTY_A_SECOND = 40;
  private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(50);
  private static final String INCOMPLETE =
      "\"errorType\":\"dev.lockstep.scaler.IncompleteRunException\"";
  private static final String TICK = "tick.json";

  private static final FakeAccount account = new FakeAccount(FORTY_A_SECOND);
  private static final AwsServer aws = new AwsServer(account);
  private static final RuntimeApi lambda = new RuntimeApi();
  private static final PackagedFunction function =
      PackagedFunction.start(lambda, aws.address(), List.of(), Policies.environment());

  @BeforeAll
  static void theFunctionIsReady() throws Exception {
    CompletableFuture.anyOf(lambda.ready(), lambda.initError()).get(60, TimeUnit.SECONDS);
    assertThat(lambda.ready()).as(function::output).isDone();
  }

  @AfterAll
  static void stop() {
    function.close();
    lambda.close();
    aws.close();
  }

  @BeforeEach
  void twoTasksOnTwoHosts() {
    account.reset(FORTY_A_SECOND);
    aws.heal();
  }

  @AfterEach
  void healed() {
    aws.heal();
  }

  static Stream<String> everyTrigger() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "triggers"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  static Stream<String> everyEvent() throws IOException {
    return everyTrigger().filter(name -> !name.startsWith("manual-"));
  }

  @ParameterizedTest
  @MethodSource("everyTrigger")
  void everyTriggerIsUnderstood(String trigger) throws Exception {
    Map<String, Object> decision = decided(fixture(trigger));

    assertThat(decision).containsEntry("outcome", "decided");
  }

  @ParameterizedTest
  @MethodSource("everyEvent")
  void everyEventRaisesHostsFirstAndThenTasks(String event) throws Exception {
    decided(fixture(event));

    assertThat(changes()).containsExactly("SetDesiredCapacity", "UpdateService");
    assertThat(account.group(FakeAccount.GROUP).desired()).isEqualTo(5);
    assertThat(tasks()).isEqualTo(5);
  }

  @Test
  void onceTheyServeNothingIsLeftToDo() throws Exception {
    decided(fixture(TICK));
    account.settle();
    aws.heal();

    Map<String, Object> again = decided(fixture(TICK));

    assertThat(String.valueOf(again.get("line"))).contains("nothing to do");
    assertThat(changes()).isEmpty();
  }

  @Test
  void anOperatorsScaleIsATagOnTheGroup() throws Exception {
    decided("{\"action\":\"scale\",\"tasks\":7,\"ttlMinutes\":30}");

    assertThat(account.group(FakeAccount.GROUP).tags()).containsKey("lockstep:floor:embed");
    assertThat(account.group(FakeAccount.GROUP).desired()).isEqualTo(7);
    assertThat(tasks()).isEqualTo(7);

    decided("{\"action\":\"release\"}");
    assertThat(account.group(FakeAccount.GROUP).tags()).isEmpty();
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    decided(fixture("manual-reconcile-dry-run.json"));

    assertThat(changes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "42",
        "\"tick\"",
        "{",
        "{}",
        "{\"hello\":1}",
        "{\"action\":\"explode\"}",
        "{\"action\":\"scale\",\"tasks\":-1}",
        "{\"Records\":[]}",
        "{\"detail-type\":\"Weather Report\"}",
        "\u0000\uFFFF"
      })
  void whatIsNotUnderstoodFailsByNameAndHarmsNothing(String payload) throws Exception {
    Answer.Failed failed = failed(payload, FUNCTION_TIMEOUT);

    assertThat(failed.body()).contains(INCOMPLETE, "refused: ");
    assertThat(aws.calls()).isEmpty();
    assertThat(decided(fixture(TICK))).containsEntry("outcome", "decided");
  }

  @Test
  void theGoodRecordOfABatchIsServedBesideABadOne() throws Exception {
    Map<String, Object> batch = JSON.std.mapFrom(fixture("alarm-notification.json"));
    List<Object> records = new ArrayList<>((List<?>) Objects.requireNonNull(batch.get("Records")));
    records.addFirst("nonsense");

    Answer.Failed failed = failed(JSON.std.asString(Map.of("Records", records)), FUNCTION_TIMEOUT);

    assertThat(failed.body()).contains("Records[0] is 'nonsense'");
    assertThat(tasks()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DescribeServices",
        "DescribeAutoScalingGroups",
        "GetMetricData",
        "SetDesiredCapacity",
        "UpdateService"
      })
  void aThrottledServiceIsAskedAgain(String operation) throws Exception {
    aws.fail(operation, new Fault.Refusal(400, throttling(operation)), 2);

    decided(fixture(TICK));

    assertThat(account.group(FakeAccount.GROUP).desired()).isEqualTo(5);
    assertThat(tasks()).isEqualTo(5);
  }

  @Test
  void withoutTheServiceNothingIsDone() throws Exception {
    aws.fail("DescribeServices", new Fault.Refusal(500, "ServerException"), 100);

    Answer.Failed failed = failed(fixture(TICK), FUNCTION_TIMEOUT);

    assertThat(failed.body()).contains("nothing done, because");
    assertThat(changes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DescribeScalingActivities",
        "DescribePolicies",
        "DescribeAlarms",
        "ListContainerInstances"
      })
  void withoutWhatIsNotEssentialBothCountsStillRise(String operation) throws Exception {
    aws.fail(operation, new Fault.Refusal(500, "InternalFailure"), 100);

    Map<String, Object> decision = decided(fixture(TICK));

    assertThat(tasks()).isEqualTo(5);
    assertThat(String.valueOf(decision.get("observation"))).contains("could not be read");
  }

  @Test
  void hostsThatWereRaisedGetTheirTasksInTheNextRun() throws Exception {
    aws.fail("UpdateService", new Fault.Refusal(500, "ServerException"), 3);

    Answer.Failed failed = failed(fixture(TICK), FUNCTION_TIMEOUT);
    assertThat(failed.body()).contains("FAILED");
    assertThat(account.group(FakeAccount.GROUP).desired()).isEqualTo(5);
    assertThat(tasks()).isEqualTo(2);

    decided(fixture(TICK));
    assertThat(tasks()).isEqualTo(5);
  }

  @Test
  void noTaskIsOrderedForAHostThatWasRefused() throws Exception {
    aws.fail("SetDesiredCapacity", new Fault.Refusal(500, "InternalFailure"), 100);

    failed(fixture(TICK), FUNCTION_TIMEOUT);

    assertThat(tasks()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DescribeServices", "SetDesiredCapacity"})
  void aCallThatHangsIsReportedBeforeTheInvocationEnds(String operation) throws Exception {
    Duration timeout = Duration.ofSeconds(5);
    aws.fail(operation, new Fault.Silence(), 100);

    Answer.Failed failed = failed(fixture(TICK), timeout);

    assertThat(failed.body()).contains(INCOMPLETE);
    assertThat(failed.took()).isLessThan(timeout);
    assertThat(tasks()).isEqualTo(2);
  }

  @Test
  void aDecisionCostsFewMillisecondsBesideAws() throws Exception {
    Duration quickest = Duration.ofDays(1);
    for (int i = 0; i < 20; i++) {
      Duration took = invoke("{\"action\":\"observe\"}", FUNCTION_TIMEOUT).took();
      quickest = took.compareTo(quickest) < 0 ? took : quickest;
    }

    assertThat(quickest).isLessThan(Duration.ofMillis(50));
  }

  @Test
  void theRehearsalBeforeASnapshotAsksAwsNothingAndTheRestoredFunctionServes() throws Exception {
    Map<String, String> environment = Policies.environment();
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    try (RuntimeApi other = new RuntimeApi();
        PackagedFunction snapshot =
            PackagedFunction.start(
                other, aws.address(), List.of("-Xlog:class+load"), environment)) {
      CompletableFuture.anyOf(other.ready(), other.initError()).get(60, TimeUnit.SECONDS);
      assertThat(snapshot.output())
          .contains("dev.lockstep.scaler.act.Outcome$Done")
          .doesNotContain("rehearsal before the snapshot failed", "DesiredTasks");
      assertThat(aws.calls()).isEmpty();

      other.restore();
      Answer answer =
          other
              .invoke(fixture(TICK).getBytes(StandardCharsets.UTF_8), FUNCTION_TIMEOUT)
              .get(60, TimeUnit.SECONDS);
      assertThat(answer).isInstanceOf(Answer.Returned.class);
      assertThat(tasks()).isEqualTo(5);
    }
  }

  @Test
  void aBadSettingStopsTheDeploymentAndNamesIt() throws Exception {
    Map<String, String> configuration = Policies.environment();
    configuration.put("LOCKSTEP_MAX_TASKS", "many");
    try (RuntimeApi other = new RuntimeApi();
        PackagedFunction bad =
            PackagedFunction.start(other, aws.address(), List.of(), configuration)) {
      assertThat(other.initError().get(60, TimeUnit.SECONDS))
          .contains("LOCKSTEP_MAX_TASKS", "many");
      assertThat(bad.ends(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static List<String> changes() {
    return aws.calls().stream()
        .filter(call -> !call.startsWith("Describe") && !call.startsWith("List"))
        .filter(call -> !call.equals("GetMetricData"))
        .toList();
  }

  /** Each service has a name of its own for it. */
  private static String throttling(String operation) {
    return operation.contains("AutoScaling") || operation.equals("SetDesiredCapacity")
        ? "Throttling"
        : "ThrottlingException";
  }

  private static int tasks() {
    return account.service(FakeAccount.SERVICE).orElseThrow().desired();
  }

  private static Map<String, Object> decided(String payload) throws Exception {
    Answer answer = invoke(payload, FUNCTION_TIMEOUT);
    assertThat(answer).isInstanceOf(Answer.Returned.class);
    List<?> decisions =
        (List<?>) Objects.requireNonNull(JSON.std.mapFrom(answer.body()).get("decisions"));
    assertThat(decisions).hasSize(1);
    return JSON.std.mapFrom(JSON.std.asString(decisions.getFirst()));
  }

  private static Answer.Failed failed(String payload, Duration timeout) throws Exception {
    Answer answer = invoke(payload, timeout);
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return (Answer.Failed) answer;
  }

  private static Answer invoke(String payload, Duration timeout) throws Exception {
    return lambda
        .invoke(payload.getBytes(StandardCharsets.UTF_8), timeout)
        .get(60, TimeUnit.SECONDS);
  }

  private static String fixture(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            PackagedFunctionIT.class.getResourceAsStream("/triggers/" + name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
