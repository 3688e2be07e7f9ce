package dev.lockstep.scaler.packaged;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * CloudWatch: CBOR both ways, the operation in the path.
 *
 * @see <a href="https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html">Smithy RPC v2
 *     CBOR</a>
 */
final class CloudWatchCbor implements AwsServer.WireFormat {
  private static final String PATH = "/service/GraniteServiceVersion20100801/operation/";

  /** CBOR's mark of a number of seconds since 1970 (RFC 8949, 3.4.2). */
  private static final int EPOCH_TIME = 1;

  private static final CBORFactory CBOR = new CBORFactory();
  private static final JSON READER = JSON.builder(CBOR).build();

  private final FakeAccount account;

  CloudWatchCbor(FakeAccount account) {
    this.account = account;
  }

  @Override
  public Optional<String> operation(HttpExchange exchange, byte[] body) {
    return Optional.of(exchange.getRequestURI().getPath())
        .filter(path -> path.startsWith(PATH))
        .map(path -> path.substring(PATH.length()));
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Content-Type", "application/cbor", "smithy-protocol", "rpc-v2-cbor");
  }

  @Override
  public byte[] answer(String operation, byte[] body) throws IOException {
    Map<String, Object> request = READER.mapFrom(body);
    return cbor(
        switch (operation) {
          case "GetMetricData" -> metricData(request);
          case "DescribeAlarms" -> Map.of("MetricAlarms", List.of(), "CompositeAlarms", List.of());
          default -> throw new IllegalArgumentException("no operation " + operation);
        });
  }

  @Override
  public byte[] error(String code, String message) {
    return cbor(Map.of("__type", "com.amazonaws.cloudwatch#" + code, "message", message));
  }

  private Map<String, Object> metricData(Map<String, Object> request) {
    double start = number(request, "StartTime");
    double end = Math.min(number(request, "EndTime"), (double) Instant.now().getEpochSecond());
    List<Object> results = new ArrayList<>();
    for (Object item : (List<?>) field(request, "MetricDataQueries")) {
      Map<?, ?> query = (Map<?, ?>) item;
      List<Instant> times = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      if (query.get("MetricStat") instanceof Map<?, ?> stat) {
        points((Map<?, ?>) field(stat, "Metric"), (int) number(stat, "Period"), start, end)
            .forEach(point -> {
              times.add(point.at());
              values.add(point.value());
            });
      }
      results.add(
          Map.of(
              "Id",
              field(query, "Id"),
              "Label",
              field(query, "Id"),
              "StatusCode",
              "Complete",
              "Timestamps",
              times,
              "Values",
              values));
    }
    return Map.of("MetricDataResults", results);
  }

  private record Point(Instant at, double value) {}

  /**
   * The load balancer's metrics of an even stream of requests; the service publishes none itself.
   * Points count from whole periods, and one that is not over is not there.
   */
  private List<Point> points(Map<?, ?> metric, int period, double start, double end) {
    Optional<Double> value =
        switch ((String) field(metric, "MetricName")) {
          case "RequestCount" -> Optional.of(account.requestsPerSecond() * period);
          case "TargetResponseTime" -> Optional.of(0.2);
          default -> Optional.empty();
        };
    List<Point> points = new ArrayList<>();
    if (value.isPresent()) {
      for (long at = (long) Math.ceil(start / period) * period; at + period <= end; at += period) {
        points.add(new Point(Instant.ofEpochSecond(at), value.get()));
      }
    }
    return points;
  }

  private static Object field(Map<?, ?> fields, String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }

  private static double number(Map<?, ?> fields, String name) {
    return ((Number) field(fields, name)).doubleValue();
  }

  private static byte[] cbor(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator generator = CBOR.createGenerator(bytes)) {
      write(generator, value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(CBORGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> fields -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          generator.writeFieldName((String) field.getKey());
          write(generator, field.getValue());
        }
        generator.writeEndObject();
      }
      case List<?> items -> {
        generator.writeStartArray();
        for (Object item : items) {
          write(generator, item);
        }
        generator.writeEndArray();
      }
      case Instant time -> {
        generator.writeTag(EPOCH_TIME);
        generator.writeNumber((double) time.getEpochSecond());
      }
      case Double number -> generator.writeNumber(number);
      case String text -> generator.writeString(text);
      default -> throw new IllegalArgumentException("no CBOR for " + value.getClass());
    }
  }
}
