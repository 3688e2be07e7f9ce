package dev.lockstep.scaler.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What one minute asked of a service and how it answered. What is not there is unknown, but for
 * errors and refusals: CloudWatch omits a count that was zero.
 *
 * @param start its beginning, a whole minute
 * @param requests that reached the load balancer
 * @param tasks those that are healthy
 * @param p95 what 95 % of the answers took at most
 * @param p50 what half of the answers took at most
 * @param errors answers of targets with a status of 5xx
 * @param refusals that the service itself refused for want of capacity
 * @param queueDelay how long a request waited for a GPU on average, where the service says so
 * @param gpuPercent how busy GPUs were on average, where the service says so
 */
public record ServiceMinute(
    Instant start,
    OptionalDouble requests,
    OptionalDouble tasks,
    Optional<Duration> p95,
    Optional<Duration> p50,
    double errors,
    double refusals,
    Optional<Duration> queueDelay,
    OptionalDouble gpuPercent) {

  private static final double NANOS_A_SECOND = 1e9;
  private static final double NANOS_A_MILLI = 1e6;

  /**
   * The series that minutes are made of, each point by the beginning of its minute.
   *
   * @param requests {@code RequestCount}, Sum
   * @param tasks {@code HealthyHostCount}, Maximum, each task once
   * @param p95Seconds {@code TargetResponseTime}, p95
   * @param p50Seconds {@code TargetResponseTime}, p50
   * @param errors {@code HTTPCode_Target_5XX_Count}, Sum
   * @param refusals {@code Refusals} of the service, Sum
   * @param queueDelayMillis {@code QueueDelay} of the service, Average
   * @param gpuPercent {@code GpuUtilization} of the service, Average
   */
  record Series(
      NavigableMap<Instant, Double> requests,
      NavigableMap<Instant, Double> tasks,
      NavigableMap<Instant, Double> p95Seconds,
      NavigableMap<Instant, Double> p50Seconds,
      NavigableMap<Instant, Double> errors,
      NavigableMap<Instant, Double> refusals,
      NavigableMap<Instant, Double> queueDelayMillis,
      NavigableMap<Instant, Double> gpuPercent) {}

  /** The minutes of which anything is known, the oldest first. */
  static List<ServiceMinute> of(Series series) {
    NavigableMap<Instant, Double> known = new TreeMap<>(series.requests());
    known.putAll(series.tasks());
    known.putAll(series.p95Seconds());
    List<ServiceMinute> minutes = new ArrayList<>();
    for (Instant start : known.keySet()) {
      minutes.add(
          new ServiceMinute(
              start,
              number(series.requests(), start),
              number(series.tasks(), start),
              duration(series.p95Seconds(), start, NANOS_A_SECOND),
              duration(series.p50Seconds(), start, NANOS_A_SECOND),
              series.errors().getOrDefault(start, 0.0),
              series.refusals().getOrDefault(start, 0.0),
              duration(series.queueDelayMillis(), start, NANOS_A_MILLI),
              number(series.gpuPercent(), start)));
    }
    return minutes;
  }

  private static OptionalDouble number(NavigableMap<Instant, Double> series, Instant start) {
    return Optional.ofNullable(series.get(start))
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  private static Optional<Duration> duration(
      NavigableMap<Instant, Double> series, Instant start, double nanos) {
    return Optional.ofNullable(series.get(start))
        .map(value -> Duration.ofNanos(Math.round(value * nanos)));
  }
}
