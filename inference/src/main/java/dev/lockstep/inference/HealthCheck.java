package dev.lockstep.inference;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * The image's health check: asks the server in the same container what a load balancer asks. It
 * needs nothing that a bare base image lacks, no shell and no curl.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">HEALTHCHECK: 0 is
 *     healthy, 1 is not</a>
 */
public final class HealthCheck {
  /** Below Docker's own time-out, so that the reason is printed. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int OK = 200;

  private HealthCheck() {}

  /** Exits with 0 when the server can serve, with 1 and the reason when it cannot. */
  public static void main(String[] arguments) {
    String port = System.getenv().getOrDefault("MICRONAUT_SERVER_PORT", "8080");
    Answer answer = ask(URI.create("http://127.0.0.1:" + port + "/healthz"), PATIENCE);
    System.out.println(answer.text());
    System.exit(answer.healthy() ? 0 : 1);
  }

  /** What the server said, or why it said nothing. */
  record Answer(boolean healthy, String text) {}

  static Answer ask(URI health, Duration patience) {
    try {
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout(Math.toIntExact(patience.toMillis()));
      connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
      int status = connection.getResponseCode();
      return new Answer(status == OK, "%s answers %d".formatted(health, status));
    } catch (IOException silent) {
      return new Answer(false, "%s does not answer: %s".formatted(health, silent.getMessage()));
    }
  }
}
