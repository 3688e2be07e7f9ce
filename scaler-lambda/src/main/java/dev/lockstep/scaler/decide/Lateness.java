package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.ServiceMinute;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether a minute's answers were late, and whether for want of tasks.
 *
 * <p>With {@code x = requests / 60 / tasks}, all of the same minute, and {@code W} the mean wait
 * for a GPU, a minute says nothing of what a task sustains when
 *
 * <ul>
 *   <li><em>missing data</em>: requests, healthy tasks, p95 or p50 are not known, or fewer than 60
 *       requests came, of which a 95th percentile means nothing;
 *   <li><em>errors</em>: more than 1 % of the answers are errors of the tasks themselves;
 *   <li><em>cold tasks, a deployment, a lost task</em>: the count of healthy tasks was not the same
 *       in each of the three minutes before, or a deployment ended less than five minutes before;
 *   <li><em>too few healthy tasks</em>: {@code x > 1.02 mu}: a shortage that is known, and no news
 *       of {@code mu};
 *   <li><em>one bad host</em>: {@code p95 > 3 p50}: most answers are as quick as ever. Of three
 *       tasks or more, one has less than half of the requests. A batching task that has too much to
 *       do makes all of them wait: p95 is then about twice p50;
 *   <li><em>a slow dependency</em>, where the service publishes its queue: {@code p95 - 3 W >
 *       budget}. Waits are spread about exponentially, so 95 % are below {@code ln 20 = 3.0} times
 *       their mean: answers would be late if nobody waited, and more tasks would not help;
 *   <li><em>the same</em>, where the service publishes its GPUs: they are busy for less than 30 %
 *       of the time, so that nobody can have waited for long.
 * </ul>
 *
 * <p>Minutes in which requests came in bursts of seconds do not reach it: where the service says
 * how they came, see {@code FineArrivals.unevenMinutes}.
 *
 * <p>A service that refuses what it cannot answer in time is not late but refuses. More than 5 % of
 * refusals are as bad as a late 95th percentile, where GPUs are known to be busy for more than 80
 * %.
 */
final class Lateness {
  static final Duration MINUTE = Duration.ofMinutes(1);

  private static final int SETTLED_MINUTES = 3;
  private static final Duration AFTER_DEPLOYMENT = Duration.ofMinutes(5);
  private static final double SECONDS = 60;
  private static final double ENOUGH_REQUESTS = 60;
  private static final double MOST_ERRORS = 0.01;
  private static final double MOST_REFUSALS = 0.05;
  private static final double WIDEST_SPREAD = 3;

  /**
   * A minute of 2,400 requests varies by 2 %; a fleet at its limit is above it every other minute.
   */
  private static final double CHANCE = 1.02;

  private static final int WAIT_P95_OVER_MEAN = 3;
  private static final double IDLE_PERCENT = 30;
  private static final double BUSY_PERCENT = 80;

  private final Duration budget;
  private final Optional<Instant> deployed;
  private final Map<Instant, ServiceMinute> minutes;

  /**
   * Judges minutes of one service.
   *
   * @param deployed until when the newest deployment ran
   */
  Lateness(Duration budget, Optional<Instant> deployed, List<ServiceMinute> minutes) {
    this.budget = budget;
    this.deployed = deployed;
    this.minutes =
        minutes.stream()
            .collect(
                Collectors.toMap(ServiceMinute::start, Function.identity(), (_, later) -> later));
  }

  /** What one minute says. */
  sealed interface Verdict {
    /** Answers were in time at this load of one task. */
    record InTime(double load) implements Verdict {}

    /** Tasks had more to do than they sustain at this load of one task. */
    record Late(double load, Duration p95) implements Verdict {}

    /** Nothing of what a task sustains. */
    record Silent(String why) implements Verdict {}
  }

  /**
   * Judges one minute.
   *
   * @param mu what a task is thought to sustain, in requests a second
   */
  Verdict of(ServiceMinute minute, double mu) {
    if (minute.requests().isEmpty()
        || minute.tasks().isEmpty()
        || minute.p95().isEmpty()
        || minute.p50().isEmpty()) {
      return new Verdict.Silent("not all of requests, tasks and latency are known");
    }
    double requests = minute.requests().getAsDouble();
    double tasks = minute.tasks().getAsDouble();
    if (requests < ENOUGH_REQUESTS || tasks <= 0) {
      return new Verdict.Silent("too few requests came to tell");
    }
    Optional<Verdict> disturbed = disturbed(minute, requests);
    return disturbed.orElseGet(() ->
        undisturbed(
            minute,
            requests / SECONDS / tasks,
            mu,
            minute.p95().orElseThrow(),
            minute.p50().orElseThrow()));
  }

  /** Something besides load went on, whatever the latency. */
  private Optional<Verdict> disturbed(ServiceMinute minute, double requests) {
    if (minute.errors() > MOST_ERRORS * requests) {
      return Optional.of(
          new Verdict.Silent(
              "%.1f %% of the answers are errors".formatted(100 * minute.errors() / requests)));
    }
    if (deployed.filter(end -> minute.start().isBefore(end.plus(AFTER_DEPLOYMENT))).isPresent()) {
      return Optional.of(new Verdict.Silent("a deployment ran"));
    }
    return settled(minute)
        ? Optional.empty()
        : Optional.of(new Verdict.Silent("healthy tasks came or went"));
  }

  private Verdict undisturbed(
      ServiceMinute minute, double load, double mu, Duration p95, Duration p50) {
    boolean late = p95.compareTo(budget) > 0;
    boolean refusing = refusing(minute);
    if (!late && !refusing) {
      return new Verdict.InTime(load);
    }
    if (load > CHANCE * mu) {
      return new Verdict.Silent(
          "a task has %.1f requests/s, more than it is to have".formatted(load));
    }
    if (refusing) {
      return new Verdict.Late(load, p95);
    }
    if (p95.toNanos() > WIDEST_SPREAD * p50.toNanos()) {
      return new Verdict.Silent(
          "half of the answers took %d ms at most: some hosts are slow, not all"
              .formatted(p50.toMillis()));
    }
    if (minute.queueDelay().filter(wait -> lateWithoutWaiting(p95, wait)).isPresent()) {
      return new Verdict.Silent("answers would be late if nobody waited for a GPU");
    }
    if (minute.gpuPercent().orElse(IDLE_PERCENT) < IDLE_PERCENT) {
      return new Verdict.Silent(
          "GPUs are busy for %.0f %% only".formatted(minute.gpuPercent().orElseThrow()));
    }
    return new Verdict.Late(load, p95);
  }

  private boolean settled(ServiceMinute minute) {
    for (int ago = 1; ago <= SETTLED_MINUTES; ago++) {
      Instant before = minute.start().minus(MINUTE.multipliedBy(ago));
      boolean same =
          Optional.ofNullable(minutes.get(before))
              .filter(earlier -> earlier.tasks().equals(minute.tasks()))
              .isPresent();
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean refusing(ServiceMinute minute) {
    return minute.refusals() > MOST_REFUSALS * minute.requests().orElse(0)
        && minute.gpuPercent().orElse(0) > BUSY_PERCENT;
  }

  private boolean lateWithoutWaiting(Duration p95, Duration wait) {
    return p95.minus(wait.multipliedBy(WAIT_P95_OVER_MEAN)).compareTo(budget) > 0;
  }
}
