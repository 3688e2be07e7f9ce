package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A time that is set anew much oftener than it runs out, in virtual time. */
final class CountdownTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Countdown countdown = new Countdown(channel.eventLoop());
  private final List<String> ended = new ArrayList<>();

  @Test
  void itRunsOutOnce() {
    set(30, "reading");

    pass(29);
    assertThat(ended).isEmpty();
    pass(1);
    assertThat(ended).containsExactly("reading");
    pass(1_000);
    assertThat(ended).containsExactly("reading");
  }

  @Test
  void whatIsSetLaterCountsFromThen() {
    set(30, "reading");
    pass(20);
    set(30, "reading the next");

    pass(29);
    assertThat(ended).isEmpty();
    pass(1);
    assertThat(ended).containsExactly("reading the next");
  }

  @Test
  void aShorterTimeDoesNotWaitForTheLongerOneBeforeIt() {
    set(120, "idle");
    pass(10);
    set(30, "reading");

    pass(30);
    assertThat(ended).containsExactly("reading");
    pass(1_000);
    assertThat(ended).containsExactly("reading");
  }

  @Test
  void whatIsStoppedDoesNotRunOut() {
    set(30, "reading");
    pass(10);
    countdown.stop();

    pass(1_000);
    assertThat(ended).isEmpty();
  }

  @Test
  void aThousandRequestsInASecondKeepOneTimer() {
    set(120, "idle");
    for (int request = 0; request < 1_000; request++) {
      set(30, "reading");
      countdown.stop();
      set(120, "idle");
      channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }

    assertThat(rings()).isEqualTo(2); // that of the first request, and the one for what is left
    assertThat(ended).containsExactly("idle");
  }

  @Test
  void theEventLoopForgetsOneThatIsClosed() {
    set(30, "reading");
    countdown.close();

    assertThat(rings()).isZero();
    assertThat(ended).isEmpty();
  }

  /** How often the event loop is woken from now until nothing is left. */
  private int rings() {
    int rings = 0;
    long left = channel.runScheduledPendingTasks();
    while (left >= 0) {
      rings++;
      channel.advanceTimeBy(left, TimeUnit.NANOSECONDS);
      left = channel.runScheduledPendingTasks();
    }
    return rings;
  }

  private void set(int seconds, String what) {
    countdown.set(Duration.ofSeconds(seconds), () -> ended.add(what));
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
