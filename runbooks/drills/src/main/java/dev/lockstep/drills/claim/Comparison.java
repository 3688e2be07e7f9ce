package dev.lockstep.drills.claim;

import java.util.Arrays;
import java.util.Optional;

/** How a number must stand to its bound. */
enum Comparison {
  BELOW("<"),
  AT_MOST("<="),
  EQUAL("="),
  AT_LEAST(">="),
  ABOVE(">");

  private final String sign;

  Comparison(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }

  static Optional<Comparison> signed(String sign) {
    return Arrays.stream(values()).filter(one -> one.sign.equals(sign)).findFirst();
  }

  boolean holds(double value, double bound) {
    return switch (this) {
      case BELOW -> value < bound;
      case AT_MOST -> value <= bound;
      case EQUAL -> value == bound;
      case AT_LEAST -> value >= bound;
      case ABOVE -> value > bound;
    };
  }
}
