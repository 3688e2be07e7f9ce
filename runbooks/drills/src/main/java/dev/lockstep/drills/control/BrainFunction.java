package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.Setting;
import dev.lockstep.scaler.report.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The brain as Lambda runs it: versions behind an alias, asynchronous calls that are tried three
 * times and then become dead letters, the function's own metrics, and those that its log carries.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Errors
 *     of asynchronous invocations</a>
 */
public final class BrainFunction implements Controller {
  public static final MetricName ERRORS = ofFunction("Errors");
  public static final MetricName THROTTLES = ofFunction("Throttles");

  /** What the newest good version is called; a newer one may be broken. */
  private static final int GOOD_VERSION = 1;

  /**
   * Lambda waits a minute before the second try of an asynchronous call, and two before the third.
   */
  private static final List<Duration> BETWEEN_TRIES =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(2));

  /**
   * The module's {@code maximum_event_age_in_seconds}: what cannot even begin becomes a dead
   * letter.
   */
  private static final Duration OLDEST = Duration.ofMinutes(5);

  /** A throttled call is tried again after a second, then after twice as long each time. */
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration READABLE_AFTER = Duration.ofSeconds(5);

  private final Account account;
  private final Brain.Maker maker;
  private final Consumer<Decision> decided;
  private final LogMetrics log;
  private final Map<String, String> environment;
  private Policy policy;
  private Brain brain;
  private int liveVersion = GOOD_VERSION;
  private boolean throttled;
  private int deadLetters;

  /**
   * A function with its first, good version live.
   *
   * @param environment the brain's configuration
   * @param decided told of every decision
   */
  public BrainFunction(
      Account account,
      Map<String, String> environment,
      Brain.Maker maker,
      Consumer<Decision> decided) {
    this.account = account;
    this.maker = maker;
    this.decided = decided;
    this.log = new LogMetrics(account);
    this.environment = new HashMap<>(environment);
    this.policy = Policy.fromEnvironment(environment);
    this.brain = maker.make(account, policy, log::accept);
  }

  public Policy policy() {
    return policy;
  }

  /** Triggers that failed three times or were too old. */
  public int deadLetters() {
    return deadLetters;
  }

  /** Somebody publishes a version that fails in every run, and it goes live. */
  public void breakDown() {
    liveVersion = GOOD_VERSION + 1;
  }

  /** Points the alias at a version. */
  public void activate(int version) {
    liveVersion = version;
  }

  /** Whether the account has no concurrency left for the function. */
  public void throttle(boolean now) {
    throttled = now;
  }

  /**
   * What {@code terraform apply} with these variables changes: the function's configuration and the
   * group's bounds.
   *
   * @param variables by the module's names, such as {@code max_hosts}
   * @throws IllegalArgumentException when one is no setting of the function
   */
  public void configure(Map<String, String> variables) {
    variables.forEach((name, value) -> environment.put(setting(name).variable(), value));
    policy = Policy.fromEnvironment(environment);
    brain = maker.make(account, policy, log::accept);
    account.group().setBounds(policy.hosts().min(), policy.hosts().max());
  }

  /**
   * The setting that a variable of the module becomes.
   *
   * @throws IllegalArgumentException when it becomes none
   */
  public static Setting setting(String variable) {
    return Arrays.stream(Setting.values())
        .filter(setting -> setting.name().toLowerCase(Locale.ROOT).equals(variable))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the variable is '%s' but must be one of %s"
                    .formatted(
                        variable,
                        Arrays.stream(Setting.values())
                            .map(setting -> setting.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")))));
  }

  /** An asynchronous call, as every trigger of the module makes it. */
  @Override
  public void receive(byte[] payload) {
    tryAgain(payload, 0, account.timeline().instant());
  }

  private void tryAgain(byte[] payload, int triesBefore, Instant sentAt) {
    if (throttled) {
      count(THROTTLES, 1);
      waitForRoom(payload, triesBefore, sentAt, FIRST_WAIT);
      return;
    }
    if (succeeds(payload)) {
      return;
    }
    if (triesBefore == BETWEEN_TRIES.size()) {
      deadLetters++;
      return;
    }
    account
        .timeline()
        .after(BETWEEN_TRIES.get(triesBefore), () -> tryAgain(payload, triesBefore + 1, sentAt));
  }

  /** Each wait is twice as long as the last, until the event is too old. */
  private void waitForRoom(byte[] payload, int triesBefore, Instant sentAt, Duration wait) {
    if (account.timeline().instant().plus(wait).isAfter(sentAt.plus(OLDEST))) {
      deadLetters++;
      return;
    }
    account
        .timeline()
        .after(
            wait,
            () -> {
              if (throttled) {
                count(THROTTLES, 1);
                waitForRoom(payload, triesBefore, sentAt, wait.multipliedBy(2));
              } else {
                tryAgain(payload, triesBefore, sentAt);
              }
            });
  }

  private boolean succeeds(byte[] payload) {
    List<Decision> decisions = liveVersion == GOOD_VERSION ? brain.decide(payload) : List.of();
    boolean succeeded =
        liveVersion == GOOD_VERSION && decisions.stream().allMatch(Decision::succeeded);
    count(ERRORS, succeeded ? 0 : 1);
    decisions.forEach(this::tell);
    return succeeded;
  }

  private void tell(Decision decision) {
    decided.accept(decision);
    if (Controllers.worthTelling(decision)) {
      account.tell("decision", decision.line());
    }
  }

  /** A synchronous call, as an operator makes it: no second try, and the answer is seen. */
  public Answer invoke(byte[] payload) {
    if (throttled) {
      count(THROTTLES, 1);
      return new Answer.Refused("TooManyRequestsException: Rate Exceeded");
    }
    if (liveVersion != GOOD_VERSION) {
      count(ERRORS, 1);
      return new Answer.Refused("FunctionError: Unhandled");
    }
    List<Decision> decisions = brain.decide(payload);
    boolean succeeded = decisions.stream().allMatch(Decision::succeeded);
    count(ERRORS, succeeded ? 0 : 1);
    decisions.forEach(decided);
    String lines = decisions.stream().map(Decision::line).collect(Collectors.joining("\n"));
    return succeeded ? new Answer.Accepted(lines) : new Answer.Refused(lines);
  }

  private void count(MetricName metric, int value) {
    Instant now = account.timeline().instant();
    account.metrics().put(metric, now, MINUTE, now.plus(READABLE_AFTER), Samples.of(value));
  }

  private static MetricName ofFunction(String name) {
    return new MetricName("AWS/Lambda", name, Map.of("FunctionName", "lockstep-scaler"));
  }
}
