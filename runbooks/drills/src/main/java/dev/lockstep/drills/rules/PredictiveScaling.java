package dev.lockstep.drills.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Predictive scaling: an hourly forecast from up to 14 days and at least 24 hours of history, acted
 * on five minutes before the hour, out only.
 *
 * <p>AWS does not publish its forecast. Here it is the mean of the same hour on the days before,
 * brought to the level of the last day: what a good seasonal forecast does on a daily rhythm.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html">Predictive
 *     scaling</a>
 */
public final class PredictiveScaling {
  public static final int BUFFER_SECONDS = 300;
  private static final int HOURS_A_DAY = 24;
  private static final int MOST_HOURS = 14 * HOURS_A_DAY;

  private final double target;
  private final List<Double> hourly = new ArrayList<>();

  /**
   * A policy for a target.
   *
   * @param target demand that one task should have
   */
  public PredictiveScaling(double target) {
    if (!(target > 0)) {
      throw new IllegalArgumentException("the target is above 0, not " + target);
    }
    this.target = target;
  }

  /** An hour is over, with this mean demand. */
  public void observed(double demand) {
    hourly.add(demand);
    if (hourly.size() > MOST_HOURS) {
      hourly.removeFirst();
    }
  }

  /**
   * The tasks that an hour will need.
   *
   * @param hoursAhead from the last whole hour observed, 1 for the one after it
   * @return none before there are 24 hours of history
   */
  public OptionalDouble tasks(int hoursAhead) {
    OptionalDouble forecast = forecast(hoursAhead);
    return forecast.isPresent()
        ? OptionalDouble.of(Math.ceil(forecast.getAsDouble() / target))
        : forecast;
  }

  private OptionalDouble forecast(int hoursAhead) {
    if (hourly.size() < HOURS_A_DAY) {
      return OptionalDouble.empty();
    }
    double sameHour = 0;
    int days = 0;
    for (int index = hourly.size() - 1 + hoursAhead - HOURS_A_DAY;
        index >= 0;
        index -= HOURS_A_DAY) {
      if (index < hourly.size()) {
        sameHour += hourly.get(index);
        days++;
      }
    }
    // Whole days only: a part of a day has another level than a day.
    int whole = hourly.size() / HOURS_A_DAY * HOURS_A_DAY;
    double all = mean(hourly.subList(hourly.size() - whole, hourly.size()));
    double lastDay = mean(hourly.subList(hourly.size() - HOURS_A_DAY, hourly.size()));
    return OptionalDouble.of(all == 0 ? 0 : sameHour / days * lastDay / all);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
