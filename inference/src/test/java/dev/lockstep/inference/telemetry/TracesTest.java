package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.http.HttpTester;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Traces of the whole server with the real model, as a collector on loopback gets them. */
@Timeout(120)
final class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String EMBED =
      """
      {"model":"all-MiniLM-L6-v2","input":["zanzibar","a second zanzibar of more words"]}\
      """;

  private final Logger accessLog = (Logger) LoggerFactory.getLogger("lockstep.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private TraceReceiver receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new TraceReceiver();
    lines.start();
    accessLog.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    accessLog.detachAppender(lines);
    receiver.close();
  }

  @Test
  void aRequestIsOneTraceOfItsParts() {
    traced(http -> assertThat(http.post("/v1/embeddings", EMBED).statusCode()).isEqualTo(200));

    Span request = only("POST /v1/embeddings");
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(attributes(request))
        .containsEntry("http.request.method", "POST")
        .containsEntry("http.route", "/v1/embeddings")
        .containsEntry("http.response.status_code", "200")
        .containsEntry("lockstep.outcome", "served");
    Span tokenize = only("tokenize");
    assertThat(attributes(tokenize))
        .containsEntry("lockstep.texts", "2")
        .containsKey("lockstep.tokens");
    List<Span> queued = named("queue");
    List<Span> runs = named("inference");
    assertThat(queued).hasSameSizeAs(runs).isNotEmpty();
    assertThat(attributes(runs.getFirst()))
        .containsKeys(
            "lockstep.batch.rows", "lockstep.batch.tokens", "lockstep.batch.padded_tokens");
    assertThat(receiver.spans()).map(Span::getTraceId).containsOnly(request.getTraceId());
    assertThat(receiver.spans())
        .filteredOn(span -> !span.getName().equals(request.getName()))
        .map(Span::getParentSpanId)
        .containsOnly(request.getSpanId());
  }

  @Test
  void thePartsFollowEachOtherInsideTheRequest() {
    traced(http -> http.post("/v1/embeddings", EMBED));

    Span request = only("POST /v1/embeddings");
    Span tokenize = only("tokenize");
    Span queue = named("queue").getFirst();
    Span run = named("inference").getFirst();
    // The wall clock and the ticker are read one after the other.
    long slack = 1_000_000;
    assertThat(tokenize.getStartTimeUnixNano() + slack)
        .isGreaterThanOrEqualTo(request.getStartTimeUnixNano());
    assertThat(queue.getStartTimeUnixNano() + slack)
        .isGreaterThanOrEqualTo(tokenize.getEndTimeUnixNano());
    assertThat(run.getStartTimeUnixNano() + slack)
        .isGreaterThanOrEqualTo(queue.getEndTimeUnixNano());
    assertThat(run.getEndTimeUnixNano()).isGreaterThan(run.getStartTimeUnixNano());
    assertThat(request.getEndTimeUnixNano() + slack)
        .isGreaterThanOrEqualTo(run.getEndTimeUnixNano());
  }

  @Test
  void aCallersTraceGoesOnHere() {
    traced(http -> http.post("/v1/embeddings", EMBED, "traceparent", PARENT));

    Span request = only("POST /v1/embeddings");
    assertThat(hex(request.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(hex(request.getParentSpanId().toByteArray())).isEqualTo("b7ad6b7169203331");
  }

  @Test
  void aCallerWhoseTraceIsNotSampledCostsNone() {
    traced(
        http -> http.post("/v1/embeddings", EMBED, "traceparent", PARENT.replaceAll("01$", "00")));

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void neitherATextNorAKeyNorAQueryIsInAnyTrace() {
    traced(http -> {
      http.post("/v1/embeddings?secret=kilimanjaro", EMBED, "X-Whatever", "serengeti");
      http.post("/v1/embeddings", EMBED.replace("MiniLM", "zanzibarLM"));
    });

    assertThat(receiver.spans()).isNotEmpty();
    assertThat(receiver.everything())
        .doesNotContain("zanzibar", "kilimanjaro", "serengeti", "the-key");
  }

  @Test
  void whoHasNoKeyIsTracedAndAPathThatIsNoneHasNoRoute() {
    traced(http -> {
      http.get("/v1/models", "Authorization", "Bearer wrong");
      http.get("/nowhere", "Authorization", "Bearer the-key");
    });

    assertThat(receiver.spans())
        .map(span -> attributes(span).get("http.response.status_code"))
        .containsExactlyInAnyOrder("401", "404");
    assertThat(receiver.spans()).noneMatch(span -> span.getStatus().getCode() == STATUS_ERROR);
  }

  @Test
  void healthChecksAndScrapesLeaveNoTrace() {
    traced(http -> {
      http.get("/healthz");
      http.get("/v2/health/live");
      http.get("/metrics");
    });

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void theServiceIsNamedAsItsMetricsAre() {
    traced(http -> http.post("/v1/embeddings", EMBED));

    assertThat(receiver.resources().getFirst().getResource().getAttributesList())
        .anyMatch(attribute ->
            attribute.getKey().equals("service.name")
                && attribute.getValue().getStringValue().equals("prod-inference"));
  }

  @Test
  void theAccessLogsLineIsFoundByTheTrace() {
    traced(http -> http.post("/v1/embeddings", EMBED, "traceparent", PARENT));

    assertThat(line()).contains("\"trace_id\":\"" + TRACE + "\"");
  }

  @Test
  void withoutTracingTheAccessLogHasTheCallersTraceAndNothingIsSent() {
    serve(
        Map.of(),
        http -> http.post("/v1/embeddings", EMBED, "traceparent", PARENT, "tracestate", "a=b"));

    assertThat(line()).contains("\"trace_id\":\"" + TRACE + "\"");
    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void aTraceparentThatIsNoneIsNotWritten() {
    serve(Map.of(), http -> http.post("/v1/embeddings", EMBED, "traceparent", "zanzibar"));

    assertThat(line()).doesNotContain("trace_id", "zanzibar");
  }

  @Test
  void aCollectorThatIsNotThereHarmsNoRequest() {
    receiver.close();

    traced(http -> assertThat(http.post("/v1/embeddings", EMBED).statusCode()).isEqualTo(200));
  }

  private static final Status.StatusCode STATUS_ERROR = Status.StatusCode.STATUS_CODE_ERROR;

  /** The spans have arrived when it returns: a server that stops sends what it has. */
  private void traced(Consumer<Client> requests) {
    serve(
        Map.of(
            "otel.exporter.otlp.endpoint",
            receiver.endpoint(),
            "lockstep.service",
            "prod-inference"),
        requests);
  }

  private static void serve(Map<String, Object> more, Consumer<Client> requests) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("lockstep.api-keys", "the-key");
    properties.put("lockstep.budget", "60s");
    properties.put("lockstep.dtype", "int8");
    properties.put("lockstep.access-log", true);
    try (InferenceServer server =
        InferenceServer.start(new InferenceServer.Settings(0, Optional.empty(), properties))) {
      requests.accept(new Client(new HttpTester(server.uri())));
    }
  }

  /** Has the key where the test brings no other. */
  private record Client(HttpTester http) {
    HttpResponse<String> post(String path, String body, String... headers) {
      String[] all = Arrays.copyOf(headers, headers.length + 2);
      all[headers.length] = "Authorization";
      all[headers.length + 1] = "Bearer the-key";
      return http.post(path, body, all);
    }

    void get(String path, String... headers) {
      http.get(path, headers);
    }
  }

  private String line() {
    return lines.list.getFirst().getFormattedMessage();
  }

  private List<Span> named(String name) {
    return receiver.spans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  private Span only(String name) {
    assertThat(named(name)).hasSize(1);
    return named(name).getFirst();
  }

  private static Map<String, String> attributes(Span span) {
    Map<String, String> values = new HashMap<>();
    for (KeyValue attribute : span.getAttributesList()) {
      values.put(
          attribute.getKey(),
          attribute.getValue().hasIntValue()
              ? Long.toString(attribute.getValue().getIntValue())
              : attribute.getValue().getStringValue());
    }
    return values;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
