package dev.lockstep.drills.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.soak.MishapPlan.Entry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a soak's mishaps promise, whatever the seed. */
final class MishapPlanTest {
  @Test
  void aSoakTooShortForEveryMishapIsRefused() {
    assertThatThrownBy(() -> MishapPlan.draw(1, Duration.ofSeconds(306)))
        .hasMessage(
            "the account needs 307 s or more for every mishap to find its place, not 306 s");
    assertThat(MishapPlan.draw(1, Duration.ofSeconds(307)).entries()).hasSize(7);
  }

  @Test
  void twelveMinutesHaveEveryMishapOnceAndTwoHoursSeveralTimes() {
    assertThat(MishapPlan.draw(1, Duration.ofMinutes(12)).entries()).hasSize(7);
    assertThat(MishapPlan.draw(1, Duration.ofHours(2)).entries()).hasSize(46);
  }

  @Property(tries = 200)
  void everyKindComesBeforeAnyComesAgain(
      @ForAll long seed, @ForAll @IntRange(min = 307, max = 21600) int seconds) {
    List<Mishap> kinds =
        MishapPlan.draw(seed, Duration.ofSeconds(seconds)).entries().stream()
            .map(Entry::mishap)
            .toList();

    assertThat(kinds.subList(0, Mishap.values().length)).doesNotHaveDuplicates();
  }

  @Property(tries = 200)
  void beginningAndEndAreCalm(
      @ForAll long seed, @ForAll @IntRange(min = 307, max = 21600) int seconds) {
    Duration length = Duration.ofSeconds(seconds);

    assertThat(MishapPlan.draw(seed, length).entries())
        .allSatisfy(entry -> {
          assertThat(entry.at()).isGreaterThanOrEqualTo(MishapPlan.CALM);
          assertThat(entry.until()).isBetween(entry.at(), length.minus(MishapPlan.CALM));
        });
  }

  @Property(tries = 200)
  void neverMoreThanTwoOverlap(
      @ForAll long seed, @ForAll @IntRange(min = 307, max = 21600) int seconds) {
    List<Entry> entries = MishapPlan.draw(seed, Duration.ofSeconds(seconds)).entries();

    assertThat(entries)
        .allSatisfy(entry -> assertThat(underWay(entries, entry.at())).isLessThanOrEqualTo(2));
  }

  @Property(tries = 50)
  void theSameSeedGivesTheSamePlan(@ForAll long seed) {
    Duration length = Duration.ofMinutes(10);

    assertThat(MishapPlan.draw(seed, length)).isEqualTo(MishapPlan.draw(seed, length));
  }

  @Test
  void seedsDiffer() {
    assertThat(
            Stream.of(1L, 2L, 3L)
                .map(seed -> MishapPlan.draw(seed, Duration.ofMinutes(12)))
                .distinct())
        .hasSize(3);
  }

  private static long underWay(List<Entry> entries, Duration moment) {
    return entries.stream()
        .filter(entry -> entry.at().compareTo(moment) <= 0 && moment.compareTo(entry.until()) < 0)
        .count();
  }
}
