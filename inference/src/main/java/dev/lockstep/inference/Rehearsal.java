package dev.lockstep.inference;

import dev.lockstep.inference.grpc.GrpcRehearsal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server that has just started what its first clients will ask, so that a JVM that watches
 * has seen what they need: the training run of an AOT cache.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514: Ahead-of-Time Command-Line Ergonomics</a>
 */
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final int ROUNDS = 50;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI server;
  private final Optional<Integer> grpcPort;
  private final Optional<String> key;
  private int answers;

  private Rehearsal(URI server, Optional<Integer> grpcPort, Optional<String> key) {
    this.server = server;
    this.grpcPort = grpcPort;
    this.key = key;
  }

  /**
   * Rehearses.
   *
   * @param grpcPort where it listens for gRPC, if it does
   * @param keys the operator's, of which the first is used; empty where anybody may ask
   * @throws IllegalStateException when the server does not answer
   */
  static void perform(URI server, Optional<Integer> grpcPort, String keys) {
    Optional<String> first =
        Optional.of(keys.split(",", 2)[0].strip()).filter(key -> !key.isEmpty());
    new Rehearsal(server, grpcPort, first).perform();
  }

  private void perform() {
    String model = firstModel();
    for (int round = 0; round < ROUNDS; round++) {
      for (String path : new String[] {"/healthz", "/metrics", "/v2/models/" + model}) {
        ask(request(path).GET());
      }
      ask(embedding(model, "a text", "float"));
      ask(embedding(model, "a somewhat longer text than the first one", "base64"));
      ask(embedding(model, " ", "float"));
    }
    int calls = grpcPort.map(port -> GrpcRehearsal.perform(port, key, model, ROUNDS)).orElse(0);
    LOG.info("rehearsed {} requests and {} calls by gRPC", answers, calls);
  }

  private String firstModel() {
    String list = ask(request("/v1/models").GET());
    String mark = "\"id\":\"";
    int start = list.indexOf(mark) + mark.length();
    return list.substring(start, list.indexOf('"', start));
  }

  private HttpRequest.Builder embedding(String model, String text, String encoding) {
    return request("/v1/embeddings")
        .header("Content-Type", "application/json")
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"model\":\"%s\",\"input\":[\"%s\"],\"encoding_format\":\"%s\"}"
                    .formatted(model, text, encoding)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
    key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  /** Whatever the status: refusals are paths of the server's too. */
  private String ask(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      answers++;
      return answer.body();
    } catch (IOException failed) {
      throw new IllegalStateException("the rehearsal failed", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the rehearsal was interrupted", interrupted);
    }
  }
}
