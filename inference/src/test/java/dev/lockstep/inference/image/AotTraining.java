package dev.lockstep.inference.image;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Trains the image's ahead-of-time cache while the image is built: starts the server with the
 * command that it is given, asks it what clients and load balancers ask, and ends it as ECS does,
 * upon which the JVM writes the cache. Needs nothing but the JDK, which runs it from its source.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514: one command makes a cache</a>
 * @see <a href="https://openjdk.org/jeps/515">JEP 515: the cache holds profiles of methods</a>
 */
public final class AotTraining {
  private static final URI SERVER = URI.create("http://127.0.0.1:8080");
  private static final Duration TO_READY = Duration.ofMinutes(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  /** Writing the cache comes after the server's own end and takes some seconds a core. */
  private static final Duration TO_END = Duration.ofMinutes(4);

  /** Enough for the paths of a request to be warm, too few to matter to a build. */
  private static final int ROUNDS = 100;

  /** 128 + 15: ended by SIGTERM, in order. */
  private static final int TERMINATED = 143;

  private final HttpClient client = HttpClient.newHttpClient();

  private record Question(String method, String path, String body) {}

  private static final List<Question> QUESTIONS =
      List.of(
          new Question(
              "POST",
              "/v1/embeddings",
              """
              {"model":"all-MiniLM-L6-v2","input":"How do I change the address on my account?"}\
              """),
          new Question(
              "POST",
              "/v1/embeddings",
              """
              {"model":"all-MiniLM-L6-v2","input":["a guitar","The parcel was left at the wrong \
              door again, and nobody answers."],"encoding_format":"base64"}\
              """),
          new Question(
              "POST",
              "/v2/models/all-MiniLM-L6-v2/infer",
              """
              {"inputs":[
              {"name":"input_ids","shape":[1,3],"datatype":"INT64","data":[101,7592,102]},
              {"name":"attention_mask","shape":[1,3],"datatype":"INT64","data":[1,1,1]},
              {"name":"token_type_ids","shape":[1,3],"datatype":"INT64","data":[0,0,0]}]}\
              """),
          new Question("GET", "/v2/models/all-MiniLM-L6-v2", ""),
          new Question("GET", "/v1/models", ""),
          new Question("GET", "/healthz", ""),
          new Question("GET", "/metrics", ""));

  private AotTraining() {}

  /**
   * Trains.
   *
   * @param command the server's, with {@code -XX:AOTCacheOutput} in it
   */
  public static void main(String[] command) throws IOException, InterruptedException {
    Process server = new ProcessBuilder(command).inheritIO().start();
    try {
      new AotTraining().train(server);
    } finally {
      server.destroyForcibly();
    }
  }

  private void train(Process server) throws IOException, InterruptedException {
    awaitReady(server);
    for (int round = 0; round < ROUNDS; round++) {
      for (Question question : QUESTIONS) {
        ask(question);
      }
    }
    server.destroy();
    if (!server.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the server has not ended %s after SIGTERM".formatted(TO_END));
    }
    if (server.exitValue() != TERMINATED) {
      throw new IllegalStateException(
          "the server ended with %d, not %d".formatted(server.exitValue(), TERMINATED));
    }
  }

  private void awaitReady(Process server) throws InterruptedException {
    long start = System.nanoTime();
    while (!ready()) {
      if (server.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "the server ended with %d before it was ready".formatted(server.exitValue()));
      }
      if (System.nanoTime() - start > TO_READY.toNanos()) {
        throw new IllegalStateException("the server is not ready after " + TO_READY);
      }
    }
  }

  private boolean ready() throws InterruptedException {
    try {
      return send(new Question("GET", "/healthz", "")).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private void ask(Question question) throws IOException, InterruptedException {
    HttpResponse<String> response = send(question);
    // A slow build machine may miss the deadline of a request, which is an answer as well.
    if (Stream.of(200, 429).noneMatch(status -> status == response.statusCode())) {
      throw new IllegalStateException(
          "%s answered %d: %s".formatted(question.path(), response.statusCode(), response.body()));
    }
  }

  private HttpResponse<String> send(Question question) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(SERVER.resolve(question.path()))
            .timeout(TO_ANSWER)
            .header("Content-Type", "application/json")
            .method(question.method(), HttpRequest.BodyPublishers.ofString(question.body()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
