package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.text.TokenizeListener;
import dev.lockstep.inference.tiny.OpenServer;
import dev.lockstep.inference.tiny.TinyModels;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No text, however short, is tokenized on an event loop: it carries the bytes of everybody. */
final class TokenizingThreadsTest {
  private static EmbeddedServer server;
  private static HttpTester http;
  private static Witness witness;

  /** Notes which threads tokenize. */
  @Singleton
  @Primary
  @Requires(property = "test.tokenizing-threads")
  static final class Witness implements TokenizeListener {
    private final Queue<String> threads = new ConcurrentLinkedQueue<>();

    @Override
    public void tokenized(int texts, long tokens, Duration took) {
      threads.add(Thread.currentThread().getName());
    }
  }

  @BeforeAll
  static void start(@TempDir Path models) {
    TinyModels.ofEachKind(models);
    Map<String, Object> settings = new HashMap<>(OpenServer.settings(models));
    settings.put("micronaut.server.port", -1);
    settings.put("test.tokenizing-threads", true);
    server = ApplicationContext.run(EmbeddedServer.class, settings);
    http = new HttpTester(server.getURI());
    witness = server.getApplicationContext().getBean(Witness.class);
  }

  @AfterAll
  static void stop() {
    server.getApplicationContext().close();
  }

  @BeforeEach
  void forget() {
    witness.threads.clear();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /v1/embeddings         | {'model':'fixed','input':'cat'}
          /v1/rerank             | {'model':'reranker','query':'cat','documents':['cat']}
          /v1/classify           | {'model':'sentiment','input':'good'}
          """)
  void ofTheShortestRequestsTheHostsThreadsReadTheTexts(String path, String body) {
    assertThat(http.post(path, body.replace('\'', '"')).statusCode()).isEqualTo(200);

    assertThat(witness.threads).isNotEmpty().allMatch(thread -> thread.startsWith("host-"));
  }
}
