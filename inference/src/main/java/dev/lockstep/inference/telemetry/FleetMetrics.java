package dev.lockstep.inference.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What this task saw in ten seconds, for the brain: counted here, published as CloudWatch metrics
 * in the namespace {@code Lockstep} under the dimension {@code Service}.
 *
 * <p>{@code Arrivals} is one plain value, refused requests included, so that its sum is the fleet's
 * demand and its sample count is the number of tasks that reported. Of {@code Latency} and {@code
 * QueueDelay} at most 100 values are told, which is all that an embedded metric holds: the
 * quantiles in even steps, from the least to the largest.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class FleetMetrics {
  /** As the format's specification has it. */
  private static final int MOST_VALUES = 100;

  /** At most so many are kept; a task that serves more a second is known well enough by these. */
  private static final int MOST_KEPT = 50_000;

  private long arrivals;
  private long refusals;
  private final Kept latencies = new Kept();
  private final Kept delays = new Kept();

  public synchronized void arrived() {
    arrivals++;
  }

  public synchronized void refused() {
    refusals++;
  }

  public synchronized void served(Duration latency) {
    latencies.keep(latency);
  }

  public synchronized void waited(List<Duration> waits) {
    waits.forEach(delays::keep);
  }

  /** Milliseconds, in an array that is as large as the busiest period was, and no larger. */
  private static final class Kept {
    private double[] millis = new double[256];
    private int size;

    void keep(Duration value) {
      if (size == MOST_KEPT) {
        return;
      }
      if (size == millis.length) {
        millis = Arrays.copyOf(millis, Math.min(2 * size, MOST_KEPT));
      }
      millis[size++] = value.toNanos() / 1e6;
    }

    double[] drain() {
      double[] kept = Arrays.copyOf(millis, size);
      size = 0;
      return kept;
    }
  }

  /** A metric of one period. */
  record Metric(String name, String unit, List<Double> values) {}

  /**
   * Ends the period, and begins the next.
   *
   * @param gpuUtilization in percent, where there is a GPU
   */
  synchronized List<Metric> drain(int inFlight, OptionalDouble gpuUtilization) {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(new Metric("Arrivals", "Count", List.of((double) arrivals)));
    metrics.add(new Metric("Refusals", "Count", List.of((double) refusals)));
    metrics.add(new Metric("InFlight", "Count", List.of((double) inFlight)));
    quantiles(delays.drain())
        .map(told -> new Metric("QueueDelay", "Milliseconds", told))
        .ifPresent(metrics::add);
    quantiles(latencies.drain())
        .map(told -> new Metric("Latency", "Milliseconds", told))
        .ifPresent(metrics::add);
    gpuUtilization.ifPresent(
        percent -> metrics.add(new Metric("GpuUtilization", "Percent", List.of(percent))));
    arrivals = 0;
    refusals = 0;
    return metrics;
  }

  /** Nothing where nothing was seen: no wait is not a wait of 0 ms. */
  static Optional<List<Double>> quantiles(double... values) {
    if (values.length == 0) {
      return Optional.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (sorted.length <= MOST_VALUES) {
      return Optional.of(Arrays.stream(sorted).boxed().toList());
    }
    List<Double> told = new ArrayList<>(MOST_VALUES);
    for (int i = 0; i < MOST_VALUES; i++) {
      long index = Math.round((double) i * (sorted.length - 1) / (MOST_VALUES - 1));
      told.add(sorted[Math.toIntExact(index)]);
    }
    return Optional.of(told);
  }

  /**
   * The period as one line of JSON.
   *
   * @param periodStart in milliseconds since the epoch
   */
  static Map<String, Object> emf(String service, long periodStart, List<Metric> metrics) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(
        "_aws",
        Map.of(
            "Timestamp",
            periodStart,
            "CloudWatchMetrics",
            List.of(
                Map.of(
                    "Namespace",
                    "Lockstep",
                    "Dimensions",
                    List.of(List.of("Service")),
                    "Metrics",
                    metrics.stream().map(FleetMetrics::definition).toList()))));
    line.put("Service", service);
    for (Metric metric : metrics) {
      line.put(
          metric.name(),
          metric.values().size() == 1 ? metric.values().getFirst() : metric.values());
    }
    return line;
  }

  /** A resolution of one second, without which CloudWatch keeps minutes. */
  private static Map<String, Object> definition(Metric metric) {
    return Map.of("Name", metric.name(), "Unit", metric.unit(), "StorageResolution", 1);
  }
}
