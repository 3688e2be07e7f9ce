package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The image's health check before servers that the test holds. */
final class HealthCheckTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  @Test
  void nobodyThereIsNotHealthy() throws IOException {
    URI nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = health(closed.getLocalPort());
    }

    HealthCheck.Answer answer = HealthCheck.ask(nobody, LONG);

    assertThat(answer.healthy()).isFalse();
    assertThat(answer.text()).startsWith(nobody + " does not answer: ");
  }

  @Test
  void aServerThatHangsIsNotHealthy() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HealthCheck.Answer answer = HealthCheck.ask(health(silent.getLocalPort()), SHORT);

      assertThat(answer.healthy()).isFalse();
      assertThat(answer.text()).contains("Read timed out");
    }
  }

  @Test
  void aServerThatStartsOrDrainsIsNotHealthy() throws IOException {
    assertThat(ask(503)).isEqualTo(new HealthCheck.Answer(false, "answers 503"));
  }

  @Test
  void aServerThatCanServeIsHealthy() throws IOException {
    assertThat(ask(200)).isEqualTo(new HealthCheck.Answer(true, "answers 200"));
  }

  /** The answer without the address, which differs from run to run. */
  private static HealthCheck.Answer ask(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      URI health = health(server.getAddress().getPort());
      HealthCheck.Answer answer = HealthCheck.ask(health, LONG);
      return new HealthCheck.Answer(answer.healthy(), answer.text().replace(health + " ", ""));
    } finally {
      server.stop(0);
    }
  }

  private static URI health(int port) {
    return URI.create("http://127.0.0.1:%d/healthz".formatted(port));
  }
}
