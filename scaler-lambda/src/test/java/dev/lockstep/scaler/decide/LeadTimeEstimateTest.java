package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.decide.LeadTimeEstimate.Published;
import dev.lockstep.scaler.observe.LaunchSample;
import dev.lockstep.scaler.observe.LaunchSample.Origin;
import dev.lockstep.scaler.observe.Launches;
import dev.lockstep.scaler.observe.LearnedPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is learned where 240 s are configured. */
final class LeadTimeEstimateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration CONFIGURED = Duration.ofMinutes(4);

  private final List<LaunchSample> samples = new ArrayList<>();
  private final List<Launches.UnderWay> underWay = new ArrayList<>();

  @Test
  void nothingKnownIsWhatIsConfigured() {
    assertThat(learned())
        .isEqualTo(new LeadTimes(CONFIGURED, Optional.empty(), false, "lead 240 s: as configured"));
  }

  @Test
  void fewLaunchesAreWeighedAgainstWhatIsConfigured() {
    whole(10, 90, 20, 90);

    assertThat(learned())
        .isEqualTo(
            new LeadTimes(
                Duration.ofSeconds(230),
                Optional.empty(),
                true,
                "lead 230 s: p90 of 1 launches is 200 s (boot 90, register 20, pull and load 90),"
                    + " with 240 s configured for three more"));
  }

  @Test
  void manyLaunchesAreTheirNinetiethPercentile() {
    for (int i = 1; i <= 20; i++) {
      whole(i * 10, 80 + i, 20, 90);
    }

    assertThat(learned().source()).contains("p90 of 20 launches is 208 s (boot 98, register 20");
    assertThat(seconds()).isEqualTo(Math.round((20 * 208 + 3 * 240) / 23.0));
  }

  @Test
  void onlyTheNewestThirtyCount() {
    for (int i = 0; i < 30; i++) {
      whole(10 + i, 90, 20, 90);
    }
    whole(100, 500, 20, 90);
    whole(101, 500, 20, 90);
    whole(102, 500, 20, 90);
    whole(103, 500, 20, 90);

    assertThat(learned().source()).contains("p90 of 30 launches is 200 s");
  }

  @Test
  void oneStuckHostProvesNothingBeyondThreeTimesTheMedian() {
    whole(10, 90, 20, 90);
    whole(20, 90, 20, 90);
    whole(30, 90, 20, 5000);

    assertThat(learned().source()).contains("p90 of 3 launches is 600 s, with 240 s configured");
    assertThat(seconds()).isEqualTo(420);
  }

  @Test
  void aPartThatIsUnknownIsTheMedianOfTheKnown() {
    whole(10, 90, 20, 60);
    whole(20, 90, 20, 90);
    whole(30, 90, 20, 95);
    samples.add(sample("x", Origin.COLD, 40, 190, Optional.empty(), Optional.empty()));

    assertThat(learned().source())
        .contains("p90 of 4 launches is 300 s (boot 190, register 20, pull and load 90)");
  }

  @Test
  void whereNoLoadIsKnownItIsWhatIsConfiguredLessABoot() {
    samples.add(
        sample("x", Origin.COLD, 40, 90, Optional.of(Duration.ofSeconds(20)), Optional.empty()));

    assertThat(learned().source()).contains("is 240 s (boot 90, register 20, pull and load 130)");
    assertThat(seconds()).isEqualTo(240);
  }

  @Test
  void aBootLongerThanWhatIsConfiguredIsBelieved() {
    samples.add(
        sample("x", Origin.COLD, 40, 400, Optional.of(Duration.ofSeconds(20)), Optional.empty()));

    assertThat(learned().source()).contains("is 420 s (boot 400, register 20, pull and load 0)");
  }

  @Test
  void aHostUnderWayForLongerThanAllOthersCountsAsOneMore() {
    whole(10, 90, 20, 90);
    whole(20, 90, 20, 90);
    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(200)));
    assertThat(learned().source()).contains("p90 of 2 launches is 200 s");

    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(500)));
    assertThat(learned().source()).contains("p90 of 3 launches is 500 s, with");

    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(5000)));
    assertThat(learned().source()).contains("p90 of 4 launches is 600 s, with");
  }

  @Test
  void aHostUnderWayOnAFreshFleetIsHeldAgainstWhatIsConfigured() {
    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(240)));
    assertThat(learned().learned()).isFalse();

    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(400)));
    assertThat(seconds()).isEqualTo(280);
  }

  @Test
  void whatWasLearnedBeforeHoldsWhenItsLaunchesAreForgotten() {
    assertThat(learned(List.of(point(600, 200), point(60, 180)), List.of()))
        .isEqualTo(
            new LeadTimes(
                Duration.ofMinutes(3),
                Optional.empty(),
                false,
                "lead 180 s: as learned up to 2026-03-01T11:00:00Z"));
  }

  @Test
  void whatWasLearnedFromTheseLaunchesIsNotCountedASecondTime() {
    whole(30, 90, 20, 90);

    LeadTimes leads = learned(List.of(point(600, 300), point(29, 220), point(-1, 9)), List.of());

    assertThat(leads.source())
        .endsWith("with 300 s learned up to 2026-03-01T02:00:00Z for three more");
    assertThat(leads.cold()).isEqualTo(Duration.ofSeconds(275));
  }

  @Test
  void whatWasPublishedWhenItsOldestLaunchWasOrderedIsBeforeIt() {
    whole(30, 90, 20, 90);

    assertThat(learned(List.of(point(30, 300)), List.of()).cold())
        .isEqualTo(Duration.ofSeconds(275));
  }

  @Test
  void aPublishedZeroIsNoLead() {
    assertThat(learned(List.of(point(10, 0)), List.of()).cold()).isEqualTo(CONFIGURED);
  }

  @Test
  void warmHostsHaveALeadOfTheirOwnWeighedAgainstTheColdOne() {
    for (int i = 0; i < 7; i++) {
      warm(10 + i, 36, 10, 44);
    }

    LeadTimes leads = learned();

    assertThat(leads.cold()).isEqualTo(CONFIGURED);
    assertThat(leads.warm()).contains(Duration.ofSeconds((7 * 90 + 3 * 240) / 10));
    assertThat(leads.learned()).isTrue();
    assertThat(leads.source())
        .isEqualTo(
            "lead 240 s: as configured; from the warm pool lead 135 s: p90 of 7 launches is 90 s"
                + " (boot 36, register 10, pull and load 44), with 240 s a cold host's for three"
                + " more");
  }

  @Test
  void aWarmHostNeverTakesLongerThanAColdOne() {
    warm(10, 300, 10, 300);

    assertThat(learned().warm()).contains(CONFIGURED);
  }

  @Test
  void aWarmHostsUnknownLoadIsAsThatOfColdHostsWhereNoneOfItsKindIsKnown() {
    whole(10, 90, 20, 70);
    samples.add(
        sample("x", Origin.WARM, 20, 30, Optional.of(Duration.ofSeconds(10)), Optional.empty()));

    assertThat(learned().source()).contains("is 110 s (boot 30, register 10, pull and load 70)");
  }

  @Test
  void aWarmLeadThatWasPublishedHoldsWithoutLaunches() {
    LeadTimes leads = learned(List.of(), List.of(point(60, 50)));

    assertThat(leads.warm()).contains(Duration.ofSeconds(50));
    assertThat(leads.learned()).isFalse();
  }

  @Test
  void coldHostsUnderWaySayNothingOfWarmOnes() {
    warm(10, 36, 10, 44);
    underWay.add(new Launches.UnderWay(Origin.COLD, NOW.minusSeconds(500)));

    assertThat(learned().source()).contains("p90 of 1 launches is 90 s");
  }

  @Test
  void aLeadIsNeverUnderTenSecondsNorOverHalfAnHour() {
    for (int i = 0; i < 30; i++) {
      whole(10 + i, 0, 0, 0);
    }
    assertThat(learned(List.of(point(600, 1)), List.of()).cold()).isEqualTo(Duration.ofSeconds(10));

    samples.clear();
    whole(10, 9000, 0, 0);
    assertThat(learned(List.of(point(600, 9000)), List.of()).cold())
        .isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void whatIsConfiguredIsAllowedEvenOutsideOfThat() {
    assertThat(
            LeadTimeEstimate.of(Duration.ofHours(1), Launches.NONE, Published.NOTHING, NOW).cold())
        .isEqualTo(Duration.ofHours(1));
    assertThat(
            LeadTimeEstimate.of(Duration.ofMillis(200), Launches.NONE, Published.NOTHING, NOW)
                .cold())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Property
  void whateverHappenedItIsWithinBoundsAndTheOrderOfReadingDoesNotMatter(
      @ForAll @Size(max = 40) List<@IntRange(max = 100_000) Integer> boots,
      @ForAll @IntRange(min = 20, max = 600) int configured,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<LaunchSample> some = new ArrayList<>();
    for (int i = 0; i < boots.size(); i++) {
      some.add(
          sample(
              "i-" + i,
              random.nextBoolean() ? Origin.COLD : Origin.WARM,
              10 + i,
              boots.get(i),
              random.nextBoolean() ? Optional.of(Duration.ofSeconds(20)) : Optional.empty(),
              random.nextBoolean() ? Optional.of(Duration.ofSeconds(90)) : Optional.empty()));
    }
    List<LaunchSample> shuffled = new ArrayList<>(some);
    Collections.shuffle(shuffled, random);
    Duration told = Duration.ofSeconds(configured);

    LeadTimes leads =
        LeadTimeEstimate.of(told, new Launches(some, List.of()), Published.NOTHING, NOW);

    assertThat(leads.cold()).isBetween(Duration.ofSeconds(10), Duration.ofMinutes(30));
    assertThat(leads.warm().orElse(leads.cold())).isLessThanOrEqualTo(leads.cold());
    assertThat(LeadTimeEstimate.of(told, new Launches(shuffled, List.of()), Published.NOTHING, NOW))
        .isEqualTo(leads);
  }

  @Property
  void slowerBootsNeverMakeAShorterLead(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 1000) Integer> boots,
      @ForAll @IntRange(max = 600) int slower) {
    assertThat(learnedFrom(boots, slower)).isGreaterThanOrEqualTo(learnedFrom(boots, 0));
  }

  private static Duration learnedFrom(List<Integer> boots, int slower) {
    List<LaunchSample> some = new ArrayList<>();
    for (int i = 0; i < boots.size(); i++) {
      some.add(
          sample(
              "i-" + i,
              Origin.COLD,
              10 + i,
              boots.get(i) + slower,
              Optional.of(Duration.ofSeconds(20)),
              Optional.of(Duration.ofSeconds(90))));
    }
    return LeadTimeEstimate.of(CONFIGURED, new Launches(some, List.of()), Published.NOTHING, NOW)
        .cold();
  }

  private void whole(int minutesAgo, int boot, int register, int load) {
    add(Origin.COLD, minutesAgo, boot, register, load);
  }

  private void warm(int minutesAgo, int boot, int register, int load) {
    add(Origin.WARM, minutesAgo, boot, register, load);
  }

  private void add(Origin origin, int minutesAgo, int boot, int register, int load) {
    samples.add(
        sample(
            "i-" + samples.size(),
            origin,
            minutesAgo,
            boot,
            Optional.of(Duration.ofSeconds(register)),
            Optional.of(Duration.ofSeconds(load))));
  }

  private static LaunchSample sample(
      String id,
      Origin origin,
      int minutesAgo,
      int boot,
      Optional<Duration> register,
      Optional<Duration> load) {
    return new LaunchSample(
        id,
        origin,
        NOW.minus(Duration.ofMinutes(minutesAgo)),
        Duration.ofSeconds(boot),
        register,
        load);
  }

  private static LearnedPoint point(int minutesAgo, double seconds) {
    return new LearnedPoint(NOW.minus(Duration.ofMinutes(minutesAgo)), seconds);
  }

  private long seconds() {
    return learned().cold().toSeconds();
  }

  private LeadTimes learned() {
    return learned(List.of(), List.of());
  }

  private LeadTimes learned(List<LearnedPoint> cold, List<LearnedPoint> warm) {
    return LeadTimeEstimate.of(
        CONFIGURED, new Launches(samples, underWay), new Published(cold, warm), NOW);
  }
}
