package dev.lockstep.drills.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class VirtualTimelineTest {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

  private final VirtualTimeline timeline = new VirtualTimeline(START);
  private final List<String> log = new ArrayList<>();

  @Test
  void eventsOfOneInstantRunInTheOrderInWhichTheyWereAskedFor() {
    timeline.after(Duration.ofSeconds(2), () -> log.add("later"));
    timeline.after(Duration.ofSeconds(1), () -> log.add("first"));
    timeline.after(Duration.ofSeconds(1), () -> log.add("second"));

    timeline.runUntil(START.plusSeconds(2));

    assertThat(log).containsExactly("first", "second", "later");
  }

  @Test
  void anEventInThePastRunsNowAndTimeDoesNotGoBack() {
    timeline.runUntil(START.plusSeconds(10));
    timeline.at(START, () -> log.add(timeline.instant().toString()));

    timeline.runUntil(START.plusSeconds(10));

    assertThat(log).containsExactly("2026-01-05T09:00:10Z");
  }

  @Test
  void whatIsAfterTheEndWaits() {
    timeline.after(Duration.ofSeconds(3), () -> log.add("late"));

    timeline.runUntil(START.plusSeconds(2));

    assertThat(log).isEmpty();
    assertThat(timeline.instant()).isEqualTo(START.plusSeconds(2));
  }

  @Property
  void timeNeverGoesBack(@ForAll List<@IntRange(min = -100, max = 100) Integer> delays) {
    VirtualTimeline random = new VirtualTimeline(START);
    List<Instant> seen = new ArrayList<>();
    delays.forEach(delay -> random.at(START.plusSeconds(delay), () -> seen.add(random.instant())));

    random.runUntil(START.plusSeconds(100));

    assertThat(seen).hasSameSizeAs(delays).isSorted();
  }
}
