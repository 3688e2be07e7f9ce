package dev.lockstep.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.http.HttpTester;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What a scrape of the whole server holds after one request that is served and one refused. */
@MicronautTest
final class PrometheusTest {
  @Inject EmbeddedServer server;

  @Test
  void eachPartOfARequestIsAHistogramAndRefusalsAreCountedByReason() {
    HttpTester http = new HttpTester(server.getURI());
    String embed = "{\"model\":\"all-MiniLM-L6-v2\",\"input\":[\"one\",\"a longer text\"]}";
    assertThat(http.post("/v1/embeddings", embed).statusCode()).isEqualTo(200);
    assertThat(
            http.post(
                    "/v1/embeddings",
                    embed.replace("one", "many words ".repeat(100)),
                    "X-Request-Timeout-Ms",
                    "1")
                .statusCode())
        .isEqualTo(429);

    String scrape = http.get("/metrics").body();

    assertThat(scrape)
        .contains("inference_request_duration_seconds_bucket{endpoint=\"embeddings\"")
        .contains("inference_tokenize_duration_seconds_bucket{le=")
        .contains("inference_queue_duration_seconds_bucket{le=")
        .contains("inference_run_duration_seconds_bucket{le=")
        .contains("inference_batch_rows_bucket{le=\"1.0\"}")
        .contains("inference_batch_padding_ratio_bucket{le=\"0.05\"}")
        .contains("inference_batch_padding_count")
        .contains("inference_batch_tokens_count")
        .containsPattern(
            "inference_requests_refused_total\\{endpoint=\"embeddings\",reason=\"(too_late|expired)\"}"
                + " 1.0")
        .contains("inference_requests_in_flight 0.0")
        .doesNotContain("inference_gpu");
  }
}
