package dev.lockstep.scaler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.lockstep.scaler.act.FleetActuator;
import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.decide.Planner;
import dev.lockstep.scaler.observe.Demand;
import dev.lockstep.scaler.observe.FleetObserver;
import dev.lockstep.scaler.observe.Look;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import dev.lockstep.scaler.report.DecisionJson;
import dev.lockstep.scaler.report.DecisionLog;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * The function's entry point: trigger -> observe -> decide -> act -> report.
 *
 * <p>It keeps nothing between runs. What it needs it reads from AWS each time, so a run repeated,
 * lost or run twice at once does no harm.
 */
public final class ScalerHandler implements RequestStreamHandler {
  private final Policy policy;
  private final InstantSource clock;
  private final FleetObserver observer;
  private final FleetActuator actuator;
  private final DecisionLog log;
  private final Deadline deadline;

  /** For Lambda: policy from the environment, so that a bad value fails the deployment. */
  public ScalerHandler() {
    this(
        Policy.fromEnvironment(System.getenv()),
        AwsClients.fromEnvironment(),
        new PrintStream(System.out, true, StandardCharsets.UTF_8)::println);
    Rehearsal.beforeSnapshot(policy, System.out::println);
  }

  private ScalerHandler(Policy policy, AwsClients aws, Consumer<String> log) {
    this(
        policy,
        aws.ecs(),
        aws.autoScaling(),
        aws.cloudWatch(),
        InstantSource.system(),
        log,
        aws.deadline());
  }

  /**
   * For drills and tests: the same brain on other clients and another clock.
   *
   * @param log takes one line at a time, without its end
   */
  public ScalerHandler(
      Policy policy,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch,
      InstantSource clock,
      Consumer<String> log) {
    this(policy, ecs, autoScaling, cloudWatch, clock, log, AwsClients.newDeadline());
  }

  private ScalerHandler(
      Policy policy,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch,
      InstantSource clock,
      Consumer<String> log,
      Deadline deadline) {
    this.policy = policy;
    this.clock = clock;
    this.observer =
        new FleetObserver(
            policy.fleet(), Demand.holdDown(policy.leadTime()), ecs, autoScaling, cloudWatch);
    this.actuator = new FleetActuator(policy.fleet(), ecs, autoScaling);
    this.log = new DecisionLog(policy, log);
    this.deadline = deadline;
  }

  /**
   * Lambda's entry: any trigger's payload in, the decisions as JSON out.
   *
   * @throws IncompleteRunException when a run did not do its work; Lambda then counts an error, and
   *     retries an asynchronous call
   */
  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    deadline.begin(Duration.ofMillis(context.getRemainingTimeInMillis()));
    List<Decision> decisions = handle(input.readAllBytes());
    List<Decision> incomplete = decisions.stream().filter(made -> !made.succeeded()).toList();
    if (!incomplete.isEmpty()) {
      throw new IncompleteRunException(incomplete);
    }
    output.write(DecisionJson.of(decisions).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One decision for each record of the payload; each is logged. Never throws for a bad payload.
   */
  public List<Decision> handle(byte[] payload) {
    return PayloadParser.parse(payload).stream().map(this::decide).toList();
  }

  private Decision decide(Parsed parsed) {
    Decision decision =
        switch (parsed) {
          case Parsed.Understood(Trigger trigger) -> decide(trigger);
          case Parsed.Refused(String problem) -> new Decision.Refused(clock.instant(), problem);
        };
    log.write(decision);
    return decision;
  }

  private Decision decide(Trigger trigger) {
    Instant now = clock.instant();
    return switch (observer.observe(now)) {
      case Look.Clear(Observation observation) -> decided(trigger, observation);
      case Look.Obscured(List<String> problems) -> new Decision.Blind(now, trigger, problems);
    };
  }

  private Decision decided(Trigger trigger, Observation observation) {
    Plan plan = Planner.plan(policy, observation, trigger);
    return new Decision.Decided(
        trigger,
        observation,
        plan,
        actuator.execute(plan),
        Duration.between(observation.at(), clock.instant()));
  }
}
