package dev.lockstep.drills.compare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers for people: few digits, but always enough to compare two small ones. */
public final class Figures {
  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);
  private static final double SMALL = 1;
  private static final double TINY = 0.0001;

  private Figures() {}

  /** Two decimals from 1 on, three significant digits below, and a plain 0 for nothing at all. */
  public static String of(double value) {
    if (value == 0) {
      return "0";
    }
    if (Math.abs(value) >= SMALL) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    if (Math.abs(value) < TINY) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(THREE_DIGITS);
    return rounded.abs().compareTo(BigDecimal.ONE) < 0
        ? rounded.stripTrailingZeros().toPlainString()
        : rounded.setScale(2, RoundingMode.HALF_UP).toPlainString();
  }

  /** The same, and a dash for what is not there. */
  public static String of(OptionalDouble value) {
    return value.isPresent() ? of(value.getAsDouble()) : "-";
  }
}
