package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Made-up demand. */
final class GeneratorTest {
  private static final int DAY = 86_400;
  private static final int HOUR = 3600;
  private static final int MINUTE = 60;

  @ParameterizedTest
  @EnumSource
  void hasItsMeanAndIsTheSameForASeedAndAnotherForAnother(Generator generator) {
    double[] rates = rates(generator, 1);

    assertThat(Arrays.stream(rates).average().orElseThrow()).isCloseTo(40, within(1e-6));
    assertThat(rates(generator, 1)).isEqualTo(rates);
    assertThat(rates(generator, 2)).isNotEqualTo(rates);
  }

  @Test
  void dailySpikesComeAtTheSameTimesEachDayAndFromOneSecondToTheNext() {
    List<List<Integer>> starts = new ArrayList<>();
    double[] rates = rates(Generator.DAILY_SPIKES, 3);
    for (int day = 0; day < rates.length / DAY; day++) {
      starts.add(startsOfSpikes(rates, day * DAY));
    }

    assertThat(starts).hasSize(6).allMatch(ofDay -> ofDay.size() == 4);
    for (int spike = 0; spike < 4; spike++) {
      int first = starts.getFirst().get(spike);
      for (List<Integer> ofDay : starts) {
        assertThat(ofDay.get(spike)).isCloseTo(first, within(10 * MINUTE));
      }
    }
  }

  /** Seconds of a day in which demand is twice what it was three minutes before. */
  private static List<Integer> startsOfSpikes(double[] rates, int from) {
    List<Integer> starts = new ArrayList<>();
    for (int second = 3 * MINUTE; second < DAY; second++) {
      boolean rises = rates[from + second] > 2 * rates[from + second - 3 * MINUTE];
      boolean another = starts.isEmpty() || second - starts.getLast() > 30 * MINUTE;
      if (rises && another) {
        starts.add(second);
      }
    }
    return starts;
  }

  private static double[] rates(Generator generator, long seed) {
    Demand demand = generator.demand(40, seed);
    double[] rates = new double[(int) demand.seconds()];
    for (int second = 0; second < rates.length; second++) {
      rates[second] = demand.ratePerSecond(second);
    }
    return rates;
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
