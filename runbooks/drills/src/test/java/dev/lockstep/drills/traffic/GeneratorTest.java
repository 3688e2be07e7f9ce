package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Made-up demand of several days. */
final class GeneratorTest {
  private static final int HOUR = 3600;
  private static final int DAY = 24 * HOUR;

  @Test
  void theSameSeedGivesTheSameDaysAndAnotherGivesOthers() {
    Demand once = Generator.DAILY_PEAKS.demand(40, 1);

    assertThat(Generator.DAILY_PEAKS.demand(40, 1).ratePerSecond(DAY))
        .isEqualTo(once.ratePerSecond(DAY));
    assertThat(Generator.DAILY_PEAKS.demand(40, 2).ratePerSecond(DAY))
        .isNotEqualTo(once.ratePerSecond(DAY));
  }

  @Test
  void theMeanIsWhatWasAskedForWhateverTheDaysAreLike() {
    assertThat(mean(Generator.DAILY_PEAKS.demand(40, 3), 0, 6 * DAY)).isCloseTo(40, within(1e-6));
  }

  @Test
  void eachDayHasItsOwnLevelAndTheSamePeaks() {
    Demand demand = Generator.DAILY_PEAKS.demand(40, 1);

    for (int day = 0; day < 6; day++) {
      double noon = mean(demand, day * DAY + 12 * HOUR, HOUR);
      double morning = mean(demand, day * DAY + 9 * HOUR, 3 * HOUR);
      assertThat(noon / morning).isCloseTo(1.9, within(0.3));
    }
    assertThat(mean(demand, DAY, DAY) / mean(demand, 0, DAY)).isNotCloseTo(1, within(0.02));
  }

  @Test
  void aWorkingWeekHasNoSpikesAtTheWeekend() {
    Demand demand = Generator.WORKING_WEEK.demand(40, 1);

    assertThat(spikeOverRest(demand, 4)).isGreaterThan(2);
    assertThat(spikeOverRest(demand, 5)).isCloseTo(1, within(0.3));
    assertThat(spikeOverRest(demand, 6)).isCloseTo(1, within(0.3));
    assertThat(spikeOverRest(demand, 7)).isGreaterThan(2);
  }

  /** Of one hour in office time: its first quarter over the rest. */
  private static double spikeOverRest(Demand demand, int day) {
    int ten = day * DAY + 10 * HOUR;
    return mean(demand, ten, HOUR / 4) / mean(demand, ten + HOUR / 4, HOUR * 3 / 4);
  }

  private static double mean(Demand demand, int from, int seconds) {
    double sum = 0;
    for (int second = from; second < from + seconds; second++) {
      sum += demand.ratePerSecond(second);
    }
    return sum / seconds;
  }
}
