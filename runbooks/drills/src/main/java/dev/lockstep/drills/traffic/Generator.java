package dev.lockstep.drills.traffic;

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
      return 0.6 + 0.4 * Math.sin(2 * Math.PI * (hour - 9) / 24);
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
          extra += 4 * Math.min(1, since * 60) * Math.exp(-since * 4);
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
        ofDay = unlikeness * random.nextGaussian();
      }
      if (second % SECONDS_A_MINUTE == 0) {
        deviation =
            MEMORY * deviation + wander * Math.sqrt(1 - MEMORY * MEMORY) * random.nextGaussian();
      }
      rates[second] = shape((double) second / SECONDS_AN_HOUR, draws) * Math.exp(ofDay + deviation);
    }
    return new Curve(rates).scaledToMean(mean);
  }

  /** What is left to chance, drawn before the first second. */
  static final class Draws {
    private static final double FIRST_CROWD_HOUR = 1;
    private static final double HOURS_BETWEEN_CROWDS = 2.5;
    private static final double MINUTES_BETWEEN_BURSTS = 4;

    private final double[] moments;
    private final boolean[] burst;

    Draws(RandomGenerator random, int hours) {
      int crowds = (int) ((hours - FIRST_CROWD_HOUR) / HOURS_BETWEEN_CROWDS);
      moments = new double[crowds];
      for (int i = 0; i < crowds; i++) {
        moments[i] = FIRST_CROWD_HOUR + (i + random.nextDouble() * 0.8) * HOURS_BETWEEN_CROWDS;
      }
      burst = new boolean[hours * SECONDS_AN_HOUR];
      int second = 0;
      while (second < burst.length) {
        second += (int) (random.nextExponential() * MINUTES_BETWEEN_BURSTS * SECONDS_A_MINUTE) + 1;
        int length = random.nextInt(10, 31);
        for (int i = 0; i < length && second < burst.length; i++) {
          burst[second++] = true;
        }
      }
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
