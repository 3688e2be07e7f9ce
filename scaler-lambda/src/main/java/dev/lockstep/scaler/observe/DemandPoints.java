package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What one service's points say of its demand.
 *
 * <p>Demand is what reached the load balancer: {@code RequestCount}, which counts only requests for
 * which a target could be chosen, plus {@code RejectedConnectionCount} and {@code
 * HTTPCode_ELB_5XX_Count}; by the first alone a dead fleet looks idle. Where the service publishes
 * its own 10-second {@code Arrivals} (admitted and refused alike), those are finer and preferred.
 *
 * @param arrivals the service's own arrivals
 * @param minutes requests and refusals of the load balancer by minute
 * @param latencies p95 response times in seconds by minute
 * @param holdDown how far back the busiest minute is looked for
 */
record DemandPoints(
    FineArrivals arrivals,
    NavigableMap<Instant, Double> minutes,
    NavigableMap<Instant, Double> latencies,
    Duration holdDown,
    Instant now) {

  private static final long SECONDS_OF_STABLE = Demand.STABLE_WINDOW.toSeconds();

  /** The newest minutes may not be published yet. */
  private static final Duration LATE = Duration.ofMinutes(3);

  /** A minute older than this says nothing of now. */
  private static final Duration STALE_MINUTE = Duration.ofMinutes(4);

  Demand demand() {
    return new Demand(stable(), panic(), recentPeak(), peakKnown(), latency());
  }

  /** The service's own minute where it is there, else the load balancer's. */
  private Reading<RequestRate> stable() {
    Optional<RequestRate> fine = arrivals.stable();
    if (fine.isPresent()) {
      return new Reading.Known<>(fine.get(), "the service's arrivals over 60 s");
    }
    if (fresh(minutes)) {
      return new Reading.Known<>(
          new RequestRate(largerOfNewest() / SECONDS_OF_STABLE),
          "the load balancer's requests and refusals in a minute");
    }
    return new Reading.Unknown<>(
        "no request count of the last %d minutes is in CloudWatch"
            .formatted(STALE_MINUTE.toMinutes()));
  }

  private Reading<RequestRate> panic() {
    Optional<RequestRate> proven = arrivals.panic();
    return proven.isPresent()
        ? new Reading.Known<>(
            proven.get(),
            "what the service's arrivals over %d s prove"
                .formatted(Demand.PANIC_WINDOW.toSeconds()))
        : new Reading.Unknown<>("the service publishes no 10-second arrivals");
  }

  /** Known only when the whole while is: a gap could hide the peak. */
  private Reading<RequestRate> recentPeak() {
    boolean whole =
        arrivals.isEmpty()
            ? heldMinutes().size() >= Duration.between(beginning(), newestWhole()).toMinutes()
            : arrivals.coversMinutes(beginning(), newestWhole());
    return whole
        ? new Reading.Known<>(
            peakKnown(), "the busiest of the last %d minutes".formatted(holdDown.toMinutes()))
        : new Reading.Unknown<>(
            "some of the last %d minutes are not in CloudWatch".formatted(holdDown.toMinutes()));
  }

  private RequestRate peakKnown() {
    return new RequestRate(
        arrivals.isEmpty()
            ? heldMinutes().values().stream().mapToDouble(Double::doubleValue).max().orElse(0)
                / SECONDS_OF_STABLE
            : arrivals.peakSince(beginning()));
  }

  private NavigableMap<Instant, Double> heldMinutes() {
    return minutes.subMap(beginning(), true, newestWhole(), false);
  }

  private Instant beginning() {
    return now.minus(holdDown).truncatedTo(ChronoUnit.MINUTES);
  }

  private Instant newestWhole() {
    return now.minus(LATE).truncatedTo(ChronoUnit.MINUTES);
  }

  Reading<Duration> latency() {
    return fresh(latencies)
        ? new Reading.Known<>(
            Duration.ofNanos(Math.round(latencies.lastEntry().getValue() * 1e9)),
            "the load balancer's target response time")
        : new Reading.Unknown<>("no response time of the last minutes is in CloudWatch");
  }

  /**
   * The larger of the newest two minutes: the newest may still be filling, because each load
   * balancer node publishes for itself.
   */
  private double largerOfNewest() {
    return minutes.descendingMap().values().stream()
        .limit(2)
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }

  private boolean fresh(NavigableMap<Instant, Double> points) {
    return !points.isEmpty() && points.lastKey().isAfter(now.minus(STALE_MINUTE));
  }
}
