package dev.lockstep.drills.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.traffic.Demand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live stack with everything real in it, no longer than until its first answers. */
final class LiveStackTest {
  private static final int ANY_PORT = 0;
  private static final Demand QUIET = new Demand.Surge(2, 2, 0, 60);

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void realSentencesGetRealEmbeddingsThroughTheLoadBalancerAndTheStackLeavesNothingBehind()
      throws IOException, InterruptedException {
    int port;
    int pagePort;
    Semaphore glances = new Semaphore(0);
    try (LiveStack stack =
        LiveStack.start(quiet(ANY_PORT), (_, change) -> countGlance(change, glances))) {
      port = stack.service().getPort();
      assertThat(port).isPositive();
      assertThat(embedding(port)).contains("\"embedding\":[");
      awaitUsersServed(stack, glances);
      assertThat(stack.problems()).isZero();
      assertThat(stack.summary().tasksServing()).isEqualTo(2);
      pagePort = stack.page().getPort();
      assertThat(get(stack.page().resolve("/snapshot")))
          .contains("\"tasksServing\":2", "\"state\":\"SERVING\"");
    }

    // The ports are free again: somebody else can listen on them.
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    new ServerSocket(pagePort, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void aPortInUseIsRefusedByItsNumberAndLeavesNothingBehind() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> LiveStack.start(quiet(taken.getLocalPort()), (_, _) -> {}))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " is in use");
    }
  }

  @Test
  void aPageWhosePortIsInUseLeavesNothingBehind() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = freePort();
      LiveStack.Settings settings =
          new LiveStack.Settings(
              port, taken.getLocalPort(), QUIET, OptionalLong.empty(), Tempo.DEMONSTRATION);
      assertThatThrownBy(() -> LiveStack.start(settings, (_, _) -> {}))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining(
              "port " + taken.getLocalPort() + " is in use, and the page needs one");
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  /**
   * Answers count when their period is over, and periods are those of the wall clock: how many
   * glances that takes depends on the moment the stack started.
   */
  private static void awaitUsersServed(LiveStack stack, Semaphore glances)
      throws InterruptedException {
    while (stack.summary().totals().served() == 0) {
      glances.acquire();
    }
  }

  private static void countGlance(Change change, Semaphore glances) {
    if (change instanceof Change.Told(String who, String _) && who.equals("now")) {
      glances.release();
    }
  }

  private static String get(URI uri) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String embedding(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/embeddings"))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          """
                          {"model":"all-MiniLM-L6-v2","input":"hello"}\
                          """))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static LiveStack.Settings quiet(int port) {
    return new LiveStack.Settings(port, ANY_PORT, QUIET, OptionalLong.empty(), Tempo.DEMONSTRATION);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
