package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;

/** The points of one service, put together over its target groups. */
record MetricPoints(MetricQueries queries, Map<String, NavigableMap<Instant, Double>> points) {

  /** Refusals older than this are over. */
  private static final Duration RECENT = Duration.ofMinutes(4);

  /** Of a minute's requests: fewer cannot make the 95th percentile of all late by themselves. */
  private static final double HEARD = 0.05;

  Demand demand(Policy policy, Instant now) {
    return demandPoints(policy, now).demand();
  }

  /** Of the whole demand only how long answers take. */
  Reading<Duration> latency(Policy policy, Instant now) {
    return demandPoints(policy, now).latency();
  }

  private DemandPoints demandPoints(Policy policy, Instant now) {
    return new DemandPoints(
        new FineArrivals(of(MetricQueries.ARRIVALS), now),
        reachedTheLoadBalancer(),
        slowest(MetricQueries.LATENCY, summed(MetricQueries.REQUESTS)),
        Demand.holdDown(policy.leadTime()),
        now);
  }

  /**
   * Demand over days: the service's own arrivals where they are known, the load balancer's requests
   * otherwise.
   */
  RateHistory history(Instant now) {
    NavigableMap<Instant, Double> steps = summed(MetricQueries.REQUESTS);
    steps.putAll(of(MetricQueries.ARRIVALS));
    return RateHistory.until(now, steps);
  }

  /** Those that came evenly, as far as the service says how they came. */
  List<ServiceMinute> minutes() {
    Set<Instant> uneven = FineArrivals.unevenMinutes(of(MetricQueries.ARRIVALS));
    NavigableMap<Instant, Double> requests = summed(MetricQueries.REQUESTS);
    return ServiceMinute.of(
            new ServiceMinute.Series(
                requests,
                healthy(),
                slowest(MetricQueries.LATENCY, requests),
                slowest(MetricQueries.MEDIAN, requests),
                summed(MetricQueries.TARGET_ERRORS),
                of(MetricQueries.REFUSALS),
                of(MetricQueries.QUEUE_DELAY),
                of(MetricQueries.GPU)))
        .stream()
        .filter(minute -> !uneven.contains(minute.start()))
        .toList();
  }

  /**
   * Tasks that answer, whichever colour is live. Each is a target of every group of its colour, and
   * counts once, when it answers by each protocol: the colour's fewest targets.
   */
  NavigableMap<Instant, Double> healthy() {
    NavigableMap<Instant, Double> tasks = new TreeMap<>();
    for (List<String> ids : queries.idsByColour(MetricQueries.HEALTHY)) {
      together(ids, Math::min).forEach((at, count) -> tasks.merge(at, count, Double::sum));
    }
    return tasks;
  }

  /** Requests that were refused in the newest minute in which any were, if that is recent. */
  double refused(Instant now) {
    NavigableMap<Instant, Double> refused = new TreeMap<>(of(MetricQueries.REFUSALS));
    of(MetricQueries.REJECTED).forEach((at, count) -> refused.merge(at, count, Double::sum));
    return refused.tailMap(now.minus(RECENT), true).descendingMap().values().stream()
        .findFirst()
        .orElse(0.0);
  }

  List<LearnedPoint> learned(String name) {
    return of(name).entrySet().stream()
        .map(point -> new LearnedPoint(point.getKey(), point.getValue()))
        .toList();
  }

  /**
   * Requests and refusals, minute by minute. CloudWatch omits a count that was zero, so within a
   * minute in which any of them is there the others are zero, and only a minute without any is
   * unknown.
   */
  private NavigableMap<Instant, Double> reachedTheLoadBalancer() {
    NavigableMap<Instant, Double> sum = summed(MetricQueries.REQUESTS);
    for (String name : List.of(MetricQueries.REJECTED, MetricQueries.ERRORS)) {
      of(name).forEach((at, count) -> sum.merge(at, count, Double::sum));
    }
    return sum;
  }

  private NavigableMap<Instant, Double> summed(String name) {
    return together(queries.ids(name), Double::sum);
  }

  /**
   * Of two colours or protocols, the slower one counts, if it had a share of the minute's requests
   * that can show.
   *
   * @param requests of all groups together
   */
  private NavigableMap<Instant, Double> slowest(
      String name, NavigableMap<Instant, Double> requests) {
    List<String> ownRequests = queries.ids(MetricQueries.REQUESTS);
    List<String> ids = queries.ids(name);
    NavigableMap<Instant, Double> slowest = new TreeMap<>();
    for (int group = 0; group < ids.size(); group++) {
      NavigableMap<Instant, Double> own = points(ownRequests.get(group));
      points(ids.get(group))
          .forEach((at, value) -> {
            if (own.getOrDefault(at, 0.0) >= HEARD * requests.getOrDefault(at, 0.0)) {
              slowest.merge(at, value, Math::max);
            }
          });
    }
    return slowest;
  }

  private NavigableMap<Instant, Double> together(List<String> ids, DoubleBinaryOperator how) {
    NavigableMap<Instant, Double> together = new TreeMap<>();
    for (String id : ids) {
      points(id).forEach((at, value) -> together.merge(at, value, how::applyAsDouble));
    }
    return together;
  }

  private NavigableMap<Instant, Double> of(String name) {
    return points(queries.id(name));
  }

  private NavigableMap<Instant, Double> points(String id) {
    return points.getOrDefault(id, new TreeMap<>());
  }
}
