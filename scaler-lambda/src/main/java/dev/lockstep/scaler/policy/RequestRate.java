package dev.lockstep.scaler.policy;

import java.util.Locale;

/** A request rate in requests a second: finite, never negative. */
public record RequestRate(double perSecond) implements Comparable<RequestRate> {
  public static final RequestRate ZERO = new RequestRate(0);

  public RequestRate {
    if (!Double.isFinite(perSecond) || perSecond < 0) {
      throw new IllegalArgumentException(
          "a request rate is finite and 0 or more, not " + perSecond + " requests/s");
    }
  }

  @Override
  public int compareTo(RequestRate other) {
    return Double.compare(perSecond, other.perSecond);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f requests/s", perSecond);
  }
}
