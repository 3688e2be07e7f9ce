package dev.lockstep.drills.control;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.cloudwatch.MetricName;
import dev.lockstep.drills.cloudwatch.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What CloudWatch Logs makes of a line in the embedded metric format: the metrics that its header
 * names become points a moment later.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class LogMetrics {
  private static final Duration RESOLUTION = Duration.ofMinutes(1);
  private static final Duration READABLE_AFTER = Duration.ofSeconds(5);

  private final Account account;

  LogMetrics(Account account) {
    this.account = account;
  }

  /** Reads one line of a log; those without the format's header are for people. */
  void accept(String line) {
    if (line.startsWith("{")) {
      Map<?, ?> fields = parse(line);
      items(field(fields.get("_aws"), "CloudWatchMetrics"))
          .forEach(directive -> publish(directive, fields));
    }
  }

  private void publish(Object directive, Map<?, ?> fields) {
    Instant now = account.timeline().instant();
    String namespace = String.valueOf(field(directive, "Namespace"));
    for (Object names : items(field(directive, "Dimensions")).toList()) {
      Map<String, String> dimensions =
          items(names)
              .collect(Collectors.toMap(String::valueOf, name -> String.valueOf(fields.get(name))));
      items(field(directive, "Metrics"))
          .map(metric -> String.valueOf(field(metric, "Name")))
          .forEach(name -> {
            if (fields.get(name) instanceof Number value) {
              account
                  .metrics()
                  .put(
                      new MetricName(namespace, name, dimensions),
                      now,
                      RESOLUTION,
                      now.plus(READABLE_AFTER),
                      Samples.of(value.doubleValue()));
            }
          });
    }
  }

  private static @Nullable Object field(@Nullable Object object, String name) {
    return object instanceof Map<?, ?> fields ? fields.get(name) : null;
  }

  private static Stream<?> items(@Nullable Object list) {
    return list instanceof List<?> items ? items.stream() : Stream.empty();
  }

  private static Map<String, Object> parse(String line) {
    try {
      return JSON.std.mapFrom(line);
    } catch (IOException malformed) {
      throw new UncheckedIOException("the brain logs JSON", malformed);
    }
  }
}
