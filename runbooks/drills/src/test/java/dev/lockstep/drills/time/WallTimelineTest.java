package dev.lockstep.drills.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class WallTimelineTest {
  private final List<RuntimeException> problems = new CopyOnWriteArrayList<>();

  @Test
  void atAPaceOfAThousandAMinuteOfItsOwnPassesInMilliseconds() {
    try (WallTimeline timeline = new WallTimeline(1000, problems::add)) {
      long start = System.nanoTime();
      Instant begun = timeline.instant();
      CompletableFuture<Instant> reached = new CompletableFuture<>();
      timeline.after(Duration.ofMinutes(1), () -> reached.complete(timeline.instant()));

      assertThat(reached.join()).isAfterOrEqualTo(begun.plus(Duration.ofMinutes(1)));
      long passed = System.nanoTime() - start;
      assertThat(passed).isGreaterThanOrEqualTo(Duration.ofMillis(59).toNanos());
      assertThat(Duration.between(begun, timeline.instant()).toNanos())
          .isGreaterThanOrEqualTo(passed * 1000);
    }
  }

  @Test
  void anEventThatFailsIsToldAndTheNextOneComesAllTheSame() throws InterruptedException {
    try (WallTimeline timeline = new WallTimeline(problems::add)) {
      CountDownLatch next = new CountDownLatch(1);
      timeline.at(
          timeline.instant(),
          () -> {
            throw new IllegalStateException("broken");
          });
      timeline.at(timeline.instant(), next::countDown);

      next.await();
      assertThat(problems).singleElement().extracting(Throwable::getMessage).isEqualTo("broken");
    }
  }

  @Test
  void aPaceThatStandsStillIsRefused() {
    assertThatThrownBy(() -> new WallTimeline(0, problems::add))
        .hasMessage("the pace is 1 or more, not 0");
  }
}
