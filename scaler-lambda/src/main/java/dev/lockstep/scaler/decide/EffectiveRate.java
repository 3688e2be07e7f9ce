package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.decide.Lateness.Verdict;
import dev.lockstep.scaler.observe.LearnedPoint;
import dev.lockstep.scaler.observe.ServiceMinute;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one task really sustains, learned from minutes in which it was late although it had no more
 * to do than it is thought to sustain.
 *
 * <pre>
 *   mu'  = min(configured, last published + 5 % of configured for each hour since)
 *   mu   = max(configured / 2, s x mean load)     when the last three minutes are {@linkplain Lateness late}
 *                                                 at loads of mu' or below, s = budget / mean p95,
 *                                                 at least 0.75 and at most 0.95
 *   mu   = mu'                                    otherwise
 * </pre>
 *
 * <p><b>A lowering does not repeat itself.</b> Afterwards the same minutes have {@code x > mu}:
 * they are a shortage that is known, until more tasks serve and answers are still late. A run that
 * is doubled or that does not see yet what the last one published comes to the same number. What
 * happened before the last lowering is not looked at again.
 *
 * <p><b>It stops when it is no use.</b> Three minutes lower nothing
 *
 * <ul>
 *   <li>when more tasks did not help: load is at least a quarter below that of the first lowering
 *       within the hour, and p95 not even a tenth below what it was then;
 *   <li>where the service does not publish its queue: when of the last hour's minutes more were in
 *       time at this load or above ({@code x >= 0.95 mean load}) than were late at it or below. A
 *       dependency that is slow for a quarter of an hour proves nothing against an hour in which
 *       the same load was no trouble.
 * </ul>
 *
 * What neither catches costs at most twice the tasks, because of the floor, and goes away by
 * itself.
 *
 * <p>Invariants: between half of what is configured and what is configured; never lowered by what
 * is missing; without late minutes it only goes up; same input, same output.
 */
final class EffectiveRate {
  static final double FLOOR_SHARE = 0.5;
  static final double RECOVERED_AN_HOUR = 0.05;

  private static final int LATE_MINUTES = 3;
  private static final double LOWERED_TO_AT_MOST = 0.95;
  private static final double LOWERED_TO_AT_LEAST = 0.75;

  /** What happened longer ago is forgotten. */
  private static final Duration MEMORY = Duration.ofHours(1);

  /** Minutes that are older than this say nothing of now. */
  private static final Duration STALE = Duration.ofMinutes(10);

  private static final double LIKE_LOAD = 0.95;
  private static final double MUCH_LESS_LOAD = 0.75;
  private static final double HELPED = 0.9;

  /** A fall by less than this is rounding, not a lowering. */
  private static final double A_FALL = 0.99;

  private static final double SECONDS_AN_HOUR = 3600;

  private final double configured;
  private final Duration budget;
  private final Lateness lateness;
  private final List<ServiceMinute> minutes;
  private final List<LearnedPoint> published;
  private final Instant now;

  private EffectiveRate(
      double configured,
      Duration budget,
      Lateness lateness,
      List<ServiceMinute> minutes,
      List<LearnedPoint> published,
      Instant now) {
    this.configured = configured;
    this.budget = budget;
    this.lateness = lateness;
    this.minutes =
        minutes.stream()
            .filter(minute -> minute.start().isAfter(now.minus(MEMORY)))
            .filter(minute -> !minute.start().plus(Lateness.MINUTE).isAfter(now))
            .sorted(Comparator.comparing(ServiceMinute::start))
            .toList();
    this.published =
        published.stream()
            .filter(point -> !point.at().isAfter(now))
            .sorted(Comparator.comparing(LearnedPoint::at))
            .toList();
    this.now = now;
  }

  /**
   * Learns the rate.
   *
   * @param configured what a task is said to sustain
   * @param budget the latency budget at the 95th percentile
   * @param minutes of the last hour and a few before it, in any order
   * @param published what was learned before, in any order
   * @param deployed until when the newest deployment ran, which is now while one does
   */
  static LearnedRate learn(
      RequestRate configured,
      Duration budget,
      List<ServiceMinute> minutes,
      List<LearnedPoint> published,
      Optional<Instant> deployed,
      Instant now) {
    return new EffectiveRate(
            configured.perSecond(),
            budget,
            new Lateness(budget, deployed, minutes),
            minutes,
            published,
            now)
        .learn();
  }

  /** The mean of some late minutes. */
  private record Strain(double load, double p95Millis) {
    static Strain of(List<Verdict.Late> minutes) {
      return new Strain(
          minutes.stream().mapToDouble(Verdict.Late::load).average().orElse(0),
          minutes.stream().mapToDouble(late -> late.p95().toNanos() / 1e6).average().orElse(0));
    }
  }

  private LearnedRate learn() {
    double before = recovered();
    List<ServiceMinute> newest = newest();
    List<Verdict.Late> late = late(newest, before);
    if (newest.size() < LATE_MINUTES || late.size() < LATE_MINUTES) {
      return kept(before, newest.isEmpty() ? "" : said(newest.getLast(), before));
    }
    Strain strain = Strain.of(late);
    Optional<String> useless = useless(strain, newest.getLast(), before);
    if (useless.isPresent()) {
      return kept(before, "; " + useless.get());
    }
    double lowered = Math.max(FLOOR_SHARE * configured, share(strain) * strain.load());
    if (lowered >= A_FALL * before) {
      return kept(
          before, "; p95 is %.0f ms, but the rate is at its floor".formatted(strain.p95Millis()));
    }
    return new LearnedRate(
        new RequestRate(lowered),
        LearnedRate.Change.LOWERED,
        "a task sustains %.1f requests/s, not %.1f: p95 was %.0f ms for %d minutes at %.1f requests/s"
            .formatted(lowered, before, strain.p95Millis(), LATE_MINUTES, strain.load()));
  }

  /** The later the answers, the larger the step; what is too much is seen again once it served. */
  private double share(Strain strain) {
    return Math.clamp(
        budget.toNanos() / 1e6 / strain.p95Millis(), LOWERED_TO_AT_LEAST, LOWERED_TO_AT_MOST);
  }

  private double recovered() {
    return newestPublished()
        .map(point -> point.value() + RECOVERED_AN_HOUR * configured * hoursSince(point.at()))
        .map(rate -> Math.clamp(rate, FLOOR_SHARE * configured, configured))
        .orElse(configured);
  }

  private Optional<LearnedPoint> newestPublished() {
    return published.isEmpty() ? Optional.empty() : Optional.of(published.getLast());
  }

  /** Whole minutes, as points have: runs at any second of their minutes recover as fast. */
  private double hoursSince(Instant published) {
    Duration since = Duration.between(published, now.truncatedTo(ChronoUnit.MINUTES));
    return Math.max(0, since.toSeconds() / SECONDS_AN_HOUR);
  }

  /** The last minutes that are known and after the last lowering, up to as many as are needed. */
  private List<ServiceMinute> newest() {
    Instant from =
        lowerings()
            .map(LearnedPoint::at)
            .reduce((_, later) -> later)
            .filter(time -> time.isAfter(now.minus(STALE)))
            .orElse(now.minus(STALE));
    List<ServiceMinute> recent =
        minutes.stream().filter(minute -> !minute.start().isBefore(from)).toList();
    return recent.subList(Math.max(0, recent.size() - LATE_MINUTES), recent.size());
  }

  /** Published points that are below the one before them, the oldest first. */
  private Stream<LearnedPoint> lowerings() {
    return Stream.iterate(1, i -> i < published.size(), i -> i + 1)
        .filter(i -> published.get(i).value() < A_FALL * published.get(i - 1).value())
        .map(published::get)
        .filter(point -> point.at().isAfter(now.minus(MEMORY)));
  }

  private List<Verdict.Late> late(List<ServiceMinute> some, double mu) {
    return some.stream()
        .flatMap(minute ->
            switch (lateness.of(minute, mu)) {
              case Verdict.Late late -> Stream.of(late);
              case Verdict.InTime _, Verdict.Silent _ -> Stream.empty();
            })
        .toList();
  }

  private Optional<String> useless(Strain strain, ServiceMinute newest, double mu) {
    return moreTasksDidNotHelp(strain)
        .or(() -> newest.queueDelay().isPresent() ? Optional.empty() : outvoted(strain.load(), mu));
  }

  private Optional<String> moreTasksDidNotHelp(Strain strain) {
    return lowerings()
        .findFirst()
        .flatMap(first -> strainBefore(first.at()))
        .filter(then -> strain.load() <= MUCH_LESS_LOAD * then.load())
        .filter(then -> strain.p95Millis() > HELPED * then.p95Millis())
        .map(then ->
            "p95 is %.0f ms at %.1f requests/s a task and was %.0f ms at %.1f: more tasks do not help"
                .formatted(strain.p95Millis(), strain.load(), then.p95Millis(), then.load()));
  }

  private Optional<Strain> strainBefore(Instant time) {
    List<ServiceMinute> before =
        minutes.stream().filter(minute -> minute.start().isBefore(time)).toList();
    List<Verdict.Late> late = late(before, configured);
    return late.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Strain.of(late.subList(Math.max(0, late.size() - LATE_MINUTES), late.size())));
  }

  private Optional<String> outvoted(double load, double mu) {
    long inTime = 0;
    long late = 0;
    for (ServiceMinute minute : minutes) {
      switch (lateness.of(minute, mu)) {
        case Verdict.InTime(double at) when at >= LIKE_LOAD * load -> inTime++;
        case Verdict.Late(double at, Duration _) when at * LIKE_LOAD <= load -> late++;
        case Verdict.InTime _, Verdict.Late _, Verdict.Silent _ -> {}
      }
    }
    return inTime <= late
        ? Optional.empty()
        : Optional.of(
            "p95 is over budget, but the last hour had %d minutes in time at this load and %d late"
                .formatted(inTime, late));
  }

  private String said(ServiceMinute minute, double mu) {
    return switch (lateness.of(minute, mu)) {
      case Verdict.InTime _ -> "";
      case Verdict.Late(double _, Duration p95) ->
          "; p95 is %d ms, not yet for %d minutes".formatted(p95.toMillis(), LATE_MINUTES);
      case Verdict.Silent(String why) -> "; the last minute does not count: " + why;
    };
  }

  private LearnedRate kept(double rate, String besides) {
    return rate < configured
        ? new LearnedRate(
            new RequestRate(rate),
            LearnedRate.Change.RECOVERING,
            "a task was seen to sustain less than the configured %.1f requests/s; %.1f now%s"
                .formatted(configured, rate, besides))
        : new LearnedRate(
            new RequestRate(configured),
            LearnedRate.Change.AS_CONFIGURED,
            "%.1f requests/s a task, as configured%s".formatted(configured, besides));
  }
}
