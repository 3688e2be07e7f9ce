package dev.lockstep.scaler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.lockstep.scaler.act.FleetActuator;
import dev.lockstep.scaler.decide.Member;
import dev.lockstep.scaler.decide.Plan;
import dev.lockstep.scaler.decide.Planner;
import dev.lockstep.scaler.observe.FleetObserver;
import dev.lockstep.scaler.observe.Look;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.ParallelReads;
import dev.lockstep.scaler.observe.Sighted;
import dev.lockstep.scaler.policy.Estate;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
  private final Estate estate;
  private final InstantSource clock;
  private final FleetObserver observer;
  private final FleetActuator actuator;
  private final DecisionLog log;
  private final Deadline deadline;

  /** For Lambda: policies from the environment, so that a bad value fails the deployment. */
  public ScalerHandler() {
    this(
        Estate.fromEnvironment(System.getenv()),
        AwsClients.fromEnvironment(),
        new PrintStream(System.out, true, StandardCharsets.UTF_8)::println);
    Rehearsal.beforeSnapshot(estate, System.out::println);
  }

  private ScalerHandler(Estate estate, AwsClients aws, Consumer<String> log) {
    this(
        estate,
        aws.ecs(),
        aws.autoScaling(),
        aws.cloudWatch(),
        InstantSource.system(),
        log,
        aws.deadline(),
        ParallelReads.SIDE_BY_SIDE);
  }

  /**
   * For drills and tests: the same brain on other clients and another clock, reading one by one so
   * that every run is the same.
   *
   * @param log takes one line at a time, without its end
   */
  public ScalerHandler(
      Estate estate,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch,
      InstantSource clock,
      Consumer<String> log) {
    this(
        estate,
        ecs,
        autoScaling,
        cloudWatch,
        clock,
        log,
        AwsClients.newDeadline(),
        ParallelReads.ONE_BY_ONE);
  }

  private ScalerHandler(
      Estate estate,
      EcsClient ecs,
      AutoScalingClient autoScaling,
      CloudWatchClient cloudWatch,
      InstantSource clock,
      Consumer<String> log,
      Deadline deadline,
      ParallelReads reads) {
    this.estate = estate;
    this.clock = clock;
    this.observer = new FleetObserver(estate, ecs, autoScaling, cloudWatch, reads);
    this.actuator = new FleetActuator(ecs, autoScaling);
    this.log = new DecisionLog(log);
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
   * One decision for each service and each record of the payload; each is logged. Never throws for
   * a bad payload.
   */
  public List<Decision> handle(byte[] payload) {
    return PayloadParser.parse(payload).stream()
        .flatMap(parsed -> decide(parsed).stream())
        .toList();
  }

  private List<Decision> decide(Parsed parsed) {
    List<Decision> decisions =
        switch (parsed) {
          case Parsed.Understood(Trigger trigger) ->
              misaddressed(trigger)
                  .map(problem -> List.of(refused(problem)))
                  .orElseGet(() -> decide(trigger));
          case Parsed.Refused(String problem) -> List.of(refused(problem));
        };
    decisions.forEach(log::write);
    return decisions;
  }

  private Decision refused(String problem) {
    return new Decision.Refused(
        clock.instant(), estate.policies().getFirst().fleet().service(), problem);
  }

  /** What is wrong with whom an operator's request is about; none when nothing is. */
  private Optional<String> misaddressed(Trigger trigger) {
    List<String> services =
        estate.policies().stream().map(policy -> policy.fleet().service()).toList();
    return trigger instanceof Trigger.Manual manual
        ? Addressee.problem(manual, services)
        : Optional.empty();
  }

  private List<Decision> decide(Trigger trigger) {
    Instant now = clock.instant();
    return observer.observe(now).stream()
        .flatMap(sharing -> decided(sharing, trigger, now).stream())
        .toList();
  }

  /** Decisions about the services of one group; those that nobody asked about are not made. */
  private List<Decision> decided(List<Sighted> sharing, Trigger trigger, Instant now) {
    List<Sighted> asked =
        sharing.stream().filter(one -> Addressee.includes(trigger, one.policy())).toList();
    if (asked.isEmpty()) {
      return List.of();
    }
    List<Decision> decisions = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (Sighted one : sharing) {
      switch (one.look()) {
        case Look.Clear(Observation observation) ->
            members.add(
                new Member(
                    one.policy(), observation, Addressee.triggerOf(one.policy(), trigger, now)));
        case Look.Obscured(List<String> problems) -> {
          if (asked.contains(one)) {
            decisions.add(
                new Decision.Blind(now, one.policy().fleet().service(), trigger, problems));
          }
        }
      }
    }
    decisions.addAll(carriedOut(members, trigger));
    return decisions;
  }

  private List<Decision> carriedOut(List<Member> members, Trigger trigger) {
    List<Plan> plans = Planner.plan(members);
    return IntStream.range(0, members.size())
        .filter(i -> Addressee.includes(trigger, members.get(i).policy()))
        .mapToObj(i -> carriedOut(members.get(i), plans.get(i)))
        .toList();
  }

  private Decision carriedOut(Member member, Plan plan) {
    return new Decision.Decided(
        member.policy(),
        member.trigger(),
        member.observation(),
        plan,
        actuator.execute(member.policy().fleet(), plan),
        Duration.between(member.observation().at(), clock.instant()));
  }
}
