package dev.lockstep.drills.traffic;

import dev.lockstep.drills.time.RandomNumbers;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/**
 * Made-up demand, each kind one way in which real demand is hard. Around its shape the rate wanders
 * as real rates do (the logarithm is an autoregressive process a minute), and requests are Poisson
 * at that rate.
 */
public enum Generator {
  STEADY("the same rate for six hours", 6, 0.05) {
    @Override
    double shape(double hour, Draws draws) {
      return 1;
    }
  },
  DIURNAL("two days, by night a fifth of the afternoon", 48, 0.08) {
    @Override
    double shape(double hour, Draws draws) {
      return 0.6 + 0.4 * StrictMath.sin(2 * Math.PI * (hour - 9) / 24);
    }
  },
  STEP("up to two and a half times as much at once, and back after two hours", 6, 0.05) {
    @Override
    double shape(double hour, Draws draws) {
      return hour >= 2 && hour < 4 ? 2.5 : 1;
    }
  },
  RAMP("twenty minutes up to three times as much, two hours there, and down", 6, 0.05) {
    @Override
    double shape(double hour, Draws draws) {
      double up = Math.clamp((hour - 2) * 3, 0, 1);
      double down = Math.clamp((hour - 4.33) * 3, 0, 1);
      return 1 + 2 * (up - down);
    }
  },
  FLASH_CROWD(
      "five times as much within a minute, fading over half an hour, now and then", 12, 0.05) {
    @Override
    double shape(double hour, Draws draws) {
      double extra = 0;
      for (double start : draws.moments()) {
        double since = hour - start;
        if (since >= 0) {
          extra += 4 * Math.min(1, since * 60) * StrictMath.exp(-since * 4);
        }
      }
      return 1 + extra;
    }
  },
  RECURRING_SPIKES(
      "five days of a quarter of an hour's triple rate each hour of office time", 120, 0.08) {
    @Override
    double shape(double hour, Draws draws) {
      double ofDay = hour % 24;
      boolean office = ofDay >= 8 && ofDay < 18;
      boolean spike = hour % 1 < 0.25;
      return office && spike ? 3 : office ? 1.2 : 0.6;
    }
  },
  DAILY_SPIKES(
      "six days with their own level, four spikes a day at the same times, three times as much",
      144,
      0.08) {
    @Override
    double shape(double hour, Draws draws) {
      double ofDay = hour % 24;
      double level = 0.8 + 0.3 * StrictMath.sin(2 * Math.PI * (ofDay - 9) / 24);
      double since = draws.sinceDailySpike(hour);
      double spike = since < SPIKE_HOURS ? Math.min(1, since / SPIKE_RISE_HOURS) : 0;
      return draws.levelOfDay(hour) * level * (1 + 2 * spike);
    }
  },
  DAILY_PEAKS(
      "six days of a steep morning, a peak at noon and one in the evening, each at its own level",
      144,
      0.08,
      0.15) {
    @Override
    double shape(double hour, Draws draws) {
      double ofDay = hour % 24;
      boolean office = ofDay >= 8 && ofDay < 18;
      boolean noon = ofDay >= 12 && ofDay < 13;
      boolean evening = ofDay >= 19.5 && ofDay < 21;
      return evening ? 2.2 : noon ? 1.9 : office ? 1 : 0.3;
    }
  },
  WORKING_WEEK(
      "nine days of hourly spikes in office time, none at the weekend, each day at its own level",
      216,
      0.08,
      0.15) {
    @Override
    double shape(double hour, Draws draws) {
      int day = (int) (hour / HOURS_A_DAY) % 7;
      return day == 5 || day == 6 ? 0.6 : RECURRING_SPIKES.shape(hour, draws);
    }
  },
  BURSTS("bursts of ten to thirty seconds, four times as much, every few minutes", 6, 0.05) {
    @Override
    double shape(double hour, Draws draws) {
      return draws.inBurst(hour) ? 4 : 0.8;
    }
  };

  private static final int HOURS_A_DAY = 24;
  private static final int SECONDS_AN_HOUR = 3600;
  private static final int SECONDS_A_MINUTE = 60;
  private static final int SECONDS_A_DAY = HOURS_A_DAY * SECONDS_AN_HOUR;

  /** How much of a minute's deviation is left in the next one. */
  private static final double MEMORY = 0.9;

  private static final double SPIKE_HOURS = 0.3;

  /** A minute and a half: shorter than any lead. */
  private static final double SPIKE_RISE_HOURS = 0.025;

  private static final String RANDOM = "L64X128MixRandom";

  private final String about;
  private final int hours;
  private final double wander;
  private final double unlikeness;

  Generator(String about, int hours, double wander) {
    this(about, hours, wander, 0);
  }

  /**
   * A kind of demand.
   *
   * @param wander standard deviation of the rate's logarithm around its shape
   * @param unlikeness standard deviation of the logarithm of a day's level
   */
  Generator(String about, int hours, double wander, double unlikeness) {
    this.about = about;
    this.hours = hours;
    this.wander = wander;
    this.unlikeness = unlikeness;
  }

  /** The shape at an hour since the start, around 1. */
  abstract double shape(double hour, Draws draws);

  /** What it is, in one line. */
  public String about() {
    return about;
  }

  /** As the command line spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The generator of a label. */
  public static Optional<Generator> named(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** All labels, for messages. */
  public static String labels() {
    return Arrays.stream(values()).map(Generator::label).collect(Collectors.joining(", "));
  }

  /**
   * The demand.
   *
   * @param mean requests a second over all of it
   * @param seed where chance puts what this kind leaves to chance
   */
  public Demand demand(double mean, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of(RANDOM).create(seed);
    Draws draws = new Draws(random, hours);
    double[] rates = new double[hours * SECONDS_AN_HOUR];
    double deviation = 0;
    double ofDay = 0;
    for (int second = 0; second < rates.length; second++) {
      if (second % SECONDS_A_DAY == 0 && unlikeness > 0) {
        ofDay = unlikeness * RandomNumbers.gaussian(random);
      }
      if (second % SECONDS_A_MINUTE == 0) {
        deviation =
            MEMORY * deviation
                + wander * Math.sqrt(1 - MEMORY * MEMORY) * RandomNumbers.gaussian(random);
      }
      rates[second] =
          shape((double) second / SECONDS_AN_HOUR, draws) * StrictMath.exp(ofDay + deviation);
    }
    return new Curve(rates).scaledToMean(mean);
  }

  /** What is left to chance, drawn before the first second. */
  static final class Draws {
    private static final double FIRST_CROWD_HOUR = 1;
    private static final double HOURS_BETWEEN_CROWDS = 2.5;
    private static final double MINUTES_BETWEEN_BURSTS = 4;

    private static final int HOURS_A_DAY = 24;
    private static final int SPIKES_A_DAY = 4;
    private static final double LEVEL_SPREAD = 0.15;

    /** A day's spike comes up to so much earlier or later than on other days. */
    private static final double PUNCTUALITY_HOURS = 0.05;

    private final double[] moments;
    private final boolean[] burst;
    private final double[] dailySpikes;
    private final double[] levels;

    Draws(RandomGenerator random, int hours) {
      int crowds = (int) ((hours - FIRST_CROWD_HOUR) / HOURS_BETWEEN_CROWDS);
      moments = new double[crowds];
      for (int i = 0; i < crowds; i++) {
        moments[i] = FIRST_CROWD_HOUR + (i + random.nextDouble() * 0.8) * HOURS_BETWEEN_CROWDS;
      }
      burst = new boolean[hours * SECONDS_AN_HOUR];
      int second = 0;
      while (second < burst.length) {
        second +=
            (int) (RandomNumbers.exponential(random) * MINUTES_BETWEEN_BURSTS * SECONDS_A_MINUTE)
                + 1;
        int length = random.nextInt(10, 31);
        for (int i = 0; i < length && second < burst.length; i++) {
          burst[second++] = true;
        }
      }
      int days = Math.ceilDiv(hours, HOURS_A_DAY);
      levels = new double[days];
      dailySpikes = new double[days * SPIKES_A_DAY];
      double[] usual = new double[SPIKES_A_DAY];
      double between = (double) HOURS_A_DAY / SPIKES_A_DAY;
      for (int i = 0; i < SPIKES_A_DAY; i++) {
        usual[i] = (i + 0.2 + 0.6 * random.nextDouble()) * between;
      }
      for (int day = 0; day < days; day++) {
        levels[day] = 1 + LEVEL_SPREAD * (2 * random.nextDouble() - 1);
        for (int i = 0; i < SPIKES_A_DAY; i++) {
          dailySpikes[day * SPIKES_A_DAY + i] =
              day * HOURS_A_DAY + usual[i] + PUNCTUALITY_HOURS * (2 * random.nextDouble() - 1);
        }
      }
    }

    /** Hours since the newest of the daily spikes began; infinite before the first. */
    double sinceDailySpike(double hour) {
      double since = Double.POSITIVE_INFINITY;
      for (double start : dailySpikes) {
        if (start <= hour) {
          since = hour - start;
        }
      }
      return since;
    }

    double levelOfDay(double hour) {
      return levels[(int) (hour / HOURS_A_DAY)];
    }

    double[] moments() {
      return moments;
    }

    boolean inBurst(double hour) {
      int second = (int) Math.round(hour * SECONDS_AN_HOUR);
      return second < burst.length && burst[second];
    }
  }
}
