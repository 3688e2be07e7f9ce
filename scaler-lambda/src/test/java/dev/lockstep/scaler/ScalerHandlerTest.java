package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.report.Decision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole loop, from a payload's bytes to changed counts, a log and a reply. */
final class ScalerHandlerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:07Z");

  private final FakeAws aws = new FakeAws();
  private final List<String> log = new ArrayList<>();
  private final ScalerHandler handler =
      new ScalerHandler(
          new Estate(List.of(Policies.with())),
          aws.ecs,
          aws.autoScaling,
          aws.cloudWatch,
          InstantSource.fixed(NOW),
          log::add);

  @BeforeEach
  void fortyRequestsASecondArrive() {
    aws.metric("RequestCount", Instant.parse("2026-03-01T11:59:00Z"), 2400);
  }

  @Test
  void anAlarmRaisesTheGroupAndThenTheServiceInOneRun() throws IOException {
    handler.handle(fixture("alarm-action.json"));

    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
  }

  @Test
  void theSameAlarmAgainChangesNothing() throws IOException {
    handler.handle(fixture("alarm-action.json"));
    List<Decision> again = handler.handle(fixture("alarm-action.json"));

    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
    assertThat(again)
        .singleElement()
        .extracting(Decision::line)
        .asString()
        .endsWith("5 tasks on 5 hosts are asked for, as they should be");
  }

  @Test
  void theDecisionIsLoggedForPeopleAndForMachines() throws IOException {
    handler.handle(fixture("alarm-action.json"));

    assertThat(log).hasSize(2);
    assertThat(log.getFirst())
        .isEqualTo(
            "embed alarm lambda-demo-metric-alarm went INSUFFICIENT_DATA -> ALARM: hosts 2 -> 5,"
                + " tasks 2 -> 5, because 40.0 requests/s (the load balancer's requests and"
                + " refusals in a minute) at 8.0 requests/s a task need 5 tasks");
    assertThat(JSON.std.mapFrom(log.getLast()))
        .containsEntry("Service", "embed")
        .containsEntry("DesiredTasks", 5.0)
        .containsEntry("DesiredHosts", 5.0)
        .containsEntry("RunningTasks", 2.0)
        .containsEntry("ForecastDemand", 40.0)
        .containsEntry("EffectiveRpsPerTask", 8.0)
        .containsEntry("RefusedRequests", 0.0)
        .containsEntry("SecondControllers", 0.0)
        .containsEntry("DeploymentMinutes", 0.0)
        // Nothing was learned of it yet.
        .doesNotContainKey("LeadTimeSeconds")
        .containsKeys("_aws", "decision", "DecisionLatency");
  }

  @Test
  void tasksThatAreNotAskedForYetBecauseTheirHostsAreNotThereAreShortAllTheSame()
      throws IOException {
    new ScalerHandler(
            new Estate(List.of(Policies.with("TASK_RELEASE", "on-registration"))),
            aws.ecs,
            aws.autoScaling,
            aws.cloudWatch,
            InstantSource.fixed(NOW),
            log::add)
        .handle(fixture("tick.json"));

    assertThat(aws.changes).containsExactly("hosts=5");
    assertThat(JSON.std.mapFrom(log.getLast()))
        .containsEntry("DesiredTasks", 2.0)
        .containsEntry("ShortfallTasks", 3.0);
  }

  @Test
  void theLogsMetricsAreNamedInItsHeader() throws IOException {
    handler.handle(fixture("tick.json"));

    Map<String, Object> line = JSON.std.mapFrom(log.getLast());
    assertThat(String.valueOf(line.get("_aws")))
        .contains("Timestamp=" + NOW.toEpochMilli(), "Namespace=Lockstep", "Dimensions=[[Service]]")
        .contains("Name=DesiredTasks", "Name=ForecastDemand", "Unit=Milliseconds");
  }

  @Test
  void theReplyIsTheDecisionAsJson() throws IOException {
    Map<String, Object> reply =
        JSON.std.mapFrom(invoke("{\"action\":\"reconcile\",\"dryRun\":true}"));

    assertThat(aws.changes).isEmpty();
    assertThat(String.valueOf(reply))
        .contains(
            "outcome=decided",
            "shortfall=3",
            "next=",
            "tasks=5",
            "hosts=5",
            "dryRun=true",
            "outcome=NotRun");
  }

  @Test
  void anUnknownPayloadFailsTheInvocationAndNamesWhatWasSeen() {
    assertThatThrownBy(() -> invoke("{\"hello\":1}"))
        .isInstanceOf(IncompleteRunException.class)
        .hasMessageStartingWith("refused: the payload has the fields '[hello]'");
    assertThat(log.getLast()).contains("\"RefusedTriggers\":1");
  }

  @Test
  void whatCannotBeSeenIsNotGuessed() {
    aws.fail("describeServices", "AccessDeniedException");

    assertThatThrownBy(() -> invoke("{\"action\":\"reconcile\"}"))
        .isInstanceOf(IncompleteRunException.class)
        .hasMessageContaining("service embed could not be read: AccessDeniedException");
    assertThat(aws.changes).isEmpty();
    assertThat(log.getLast()).contains("\"BlindRuns\":1");
  }

  @Test
  void aStepThatAwsRefusedFailsTheInvocationSoThatLambdaTriesAgain() {
    aws.fail("updateService", "ThrottlingException");

    assertThatThrownBy(() -> invoke("{\"action\":\"reconcile\"}"))
        .isInstanceOf(IncompleteRunException.class)
        .hasMessageContaining("tasks 2 -> 5 (FAILED: ThrottlingException)");

    aws.heal();
    handler.handle("{\"action\":\"reconcile\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(aws.changes).containsExactly("hosts=5", "tasks=5");
  }

  @Test
  void anOperatorsScaleOutlivesTheRunThatAskedForIt() throws IOException {
    invoke("{\"action\":\"scale\",\"tasks\":7,\"ttlMinutes\":30}");
    aws.tasks = 5;
    handler.handle(fixture("tick.json"));

    assertThat(aws.changes)
        .containsExactly(
            "tag lockstep:floor:embed = tasks=7 until=2026-03-01T12:30:07Z",
            "hosts=7",
            "tasks=7",
            "tasks=7");
  }

  private String invoke(String payload) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)), output, context());
    return output.toString(StandardCharsets.UTF_8);
  }

  /** Lambda's context, of which the handler reads the time that is left. */
  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) -> {
              if (method.getName().equals("getRemainingTimeInMillis")) {
                return 50_000;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private static byte[] fixture(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            ScalerHandlerTest.class.getResourceAsStream("/triggers/" + name), name)) {
      return stream.readAllBytes();
    }
  }
}
