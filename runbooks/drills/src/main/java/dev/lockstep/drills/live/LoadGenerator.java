package dev.lockstep.drills.live;

import dev.lockstep.drills.traffic.Arrivals;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Users: they send real sentences when they please and do not wait for each other (an open loop),
 * so that a slow fleet is not spared.
 */
final class LoadGenerator implements AutoCloseable {
  /** Longer than a dead target goes unnoticed, so that a user hears what became of the request. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final List<String> SENTENCES =
      List.of(
          "How do I change the billing address on my account?",
          "The parcel was left at the wrong door again.",
          "Show me running shoes that are good in the rain.",
          "What is the difference between a debit and a credit card?",
          "My flight was cancelled and I need a hotel for tonight.",
          "The quarterly report is due on Friday afternoon.",
          "Is there a vegetarian option on the children's menu?",
          "Please reset the password for the shared mailbox.");

  private final URI target;
  private final Arrivals arrivals;
  private final long seconds;
  private final int pace;
  private final Answers answers;
  private final ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Thread clock = Thread.ofPlatform().name("users").daemon().unstarted(this::send);

  /**
   * Sends nothing yet.
   *
   * @param seconds of the arrivals that are sent
   * @param pace so many of these seconds are sent in one
   */
  LoadGenerator(URI target, Arrivals arrivals, long seconds, int pace, Answers answers) {
    this.target = target;
    this.arrivals = arrivals;
    this.seconds = seconds;
    this.pace = pace;
    this.answers = answers;
  }

  void start() {
    clock.start();
  }

  private void send() {
    long start = System.nanoTime();
    int sent = 0;
    try {
      for (long second = 0; second < seconds; second++) {
        for (int micros : arrivals.within(second)) {
          long due = start + (second * 1_000_000 + micros) * 1_000 / pace;
          TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
          String sentence = SENTENCES.get(sent++ % SENTENCES.size());
          users.execute(() -> ask(sentence));
        }
      }
    } catch (InterruptedException _) {
      // The stack stops.
    }
  }

  /** How long it took is measured by the load balancer, as in AWS; how it ended by the user. */
  private void ask(String sentence) {
    answers.sent();
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(target.resolve("/v1/embeddings"))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          """
                          {"model":"all-MiniLM-L6-v2","input":"%s"}\
                          """
                              .formatted(sentence)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      answers.answered(response.statusCode(), response.body());
    } catch (IOException failed) {
      answers.lost(failed.toString());
    } catch (InterruptedException _) {
      answers.lost("the user left");
      Thread.currentThread().interrupt();
    }
  }

  /** Sends no more, and waits for the answers that are under way: those were promised. */
  @Override
  public void close() {
    clock.interrupt();
    try {
      clock.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    users.close();
    client.close();
  }
}
