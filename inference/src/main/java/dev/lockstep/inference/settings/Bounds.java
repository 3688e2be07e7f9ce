package dev.lockstep.inference.settings;

import java.time.Duration;

/** What settings of one kind must keep to, and what is said of one that does not. */
public final class Bounds {
  private Bounds() {}

  /**
   * Refuses a number that is too small.
   *
   * @throws UnusableSettingException naming the variable, what was seen and what is needed
   */
  public static void requireAtLeast(long least, String variable, long value) {
    if (value < least) {
      throw new UnusableSettingException(
          "%s is %d; %d or more is needed".formatted(variable, value, least));
    }
  }

  /**
   * Refuses a time that is none.
   *
   * @param example one that would do
   * @throws UnusableSettingException naming the variable, what was seen and what is needed
   */
  public static void requirePositive(String variable, Duration value, String example) {
    if (!value.isPositive()) {
      throw new UnusableSettingException(
          "%s is %s; more than 0 is needed, such as %s".formatted(variable, value, example));
    }
  }
}
