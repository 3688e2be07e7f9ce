package dev.lockstep.drills.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.drills.traffic.SharedTally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The local load balancer before targets that the test holds. */
@Timeout(60)
final class LocalLoadBalancerTest {
  private final SharedTally tally = new SharedTally();
  private final List<HttpServer> targets = new ArrayList<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final int port = freePort();
  private final LocalLoadBalancer loadBalancer = LocalLoadBalancer.start(port, tally);

  @AfterEach
  void stop() {
    loadBalancer.close();
    targets.forEach(target -> target.stop(0));
  }

  @Test
  void withoutATargetARequestIsUnroutedAndCounted() throws IOException {
    assertThat(get("/v1/models")).startsWith("HTTP/1.1 503");
    assertThat(tally.get().unroutedCount()).isEqualTo(1);
  }

  @Test
  void whatATargetServesIsCountedAsServed() throws IOException {
    loadBalancer.register(target(200));

    assertThat(get("/v1/models?x=1")).startsWith("HTTP/1.1 200");
    assertThat(asked).containsExactly("/v1/models?x=1");
    assertThat(tally.get().served()).isEqualTo(1);
  }

  @Test
  void aTargetsRefusalAndItsFailureAreToldApart() throws IOException {
    loadBalancer.register(target(429));
    assertThat(get("/")).startsWith("HTTP/1.1 429");
    assertThat(tally.get().refusals()).isEqualTo(1);

    targets.getFirst().stop(0);
    assertThat(get("/")).startsWith("HTTP/1.1 502");
    assertThat(tally.get().failures()).isEqualTo(1);
  }

  @Test
  void aPathThatLooksLikeAnotherHostLeadsToTheTargetAllTheSame() throws IOException {
    loadBalancer.register(target(200));

    assertThat(get("//203.0.113.1/v1/models")).startsWith("HTTP/1.1 200");
    assertThat(asked).hasSize(1);
  }

  @Test
  void onlyATargetThatAnswersItsHealthCheckIsHealthy() throws IOException {
    URI healthy = target(200);
    URI sick = target(503);

    assertThat(loadBalancer.healthy(healthy)).isTrue();
    assertThat(loadBalancer.healthy(sick)).isFalse();
    targets.forEach(target -> target.stop(0));
    assertThat(loadBalancer.healthy(healthy)).isFalse();
  }

  @Test
  void whatAHostThatDiedWasDoingFailsWhenItsHealthChecksHave() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    URI dying = target(200, answer);
    loadBalancer.register(dying);
    CompletableFuture<String> underWay = user();
    while (asked.isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(tally.get().arrivals()).isEqualTo(1);

    loadBalancer.lose(dying);
    answer.countDown();
    CompletableFuture<String> after = user();
    while (tally.get().arrivals() == 0) {
      Thread.onSpinWait();
    }
    assertThat(underWay).isNotDone();
    assertThat(after).isNotDone();

    loadBalancer.deregister(dying);
    assertThat(underWay.join()).startsWith("HTTP/1.1 504");
    assertThat(after.join()).startsWith("HTTP/1.1 504");
    assertThat(tally.get().failures()).isEqualTo(2);
  }

  @Test
  void whenEverythingEndsNobodyWaitsForTheDead() throws IOException {
    URI dead = target(200);
    URI alive = target(200);
    loadBalancer.register(dead);
    loadBalancer.lose(dead);
    CompletableFuture<String> waiting = user();
    while (tally.get().arrivals() == 0) {
      Thread.onSpinWait();
    }
    loadBalancer.register(alive);

    loadBalancer.forgetTheDead();

    assertThat(waiting.join()).startsWith("HTTP/1.1 504");
    assertThat(get("/")).startsWith("HTTP/1.1 200");
  }

  /** Somebody who waits for an answer, on a thread of his own. */
  private CompletableFuture<String> user() {
    return CompletableFuture.supplyAsync(this::get, task -> Thread.ofVirtual().start(task));
  }

  private String get() {
    try {
      return get("/");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private URI target(int status) throws IOException {
    return target(status, new CountDownLatch(0));
  }

  private URI target(int status, CountDownLatch answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          awaitUninterruptibly(answers);
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    targets.add(server);
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The status line; by hand, because an HTTP client would tidy the path. */
  private String get(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(path)
                  .getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine());
    }
  }
}
