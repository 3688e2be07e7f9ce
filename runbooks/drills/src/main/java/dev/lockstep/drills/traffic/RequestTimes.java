package dev.lockstep.drills.traffic;

import java.util.Arrays;

/**
 * When users send their requests: drawn once for a workload and a seed, and then the same for every
 * policy.
 */
public final class RequestTimes {
  private static final long MICROS_A_SECOND = 1_000_000;

  /** The largest array that every JVM can make. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final int[] firstOfSecond;
  private final int[] micros;

  private RequestTimes(int[] firstOfSecond, int[] micros) {
    this.firstOfSecond = firstOfSecond;
    this.micros = micros;
  }

  /**
   * Draws them all.
   *
   * @throws TraceException when there are more than an array can hold, two thousand million
   */
  public static RequestTimes draw(Demand demand, long seed) {
    Arrivals arrivals = new Arrivals(demand, seed);
    int seconds = Math.toIntExact(demand.seconds());
    int[] firstOfSecond = new int[seconds + 1];
    int[] micros = new int[1 << 16];
    int total = 0;
    for (int second = 0; second < seconds; second++) {
      int[] moments = arrivals.within(second);
      if (moments.length > MOST - total) {
        throw new TraceException(
            "the workload has more than %,d requests by its second %,d; take a shorter one or a lower mean"
                .formatted(total, second));
      }
      micros = withRoom(micros, total + moments.length);
      System.arraycopy(moments, 0, micros, total, moments.length);
      total += moments.length;
      firstOfSecond[second + 1] = total;
    }
    return new RequestTimes(firstOfSecond, Arrays.copyOf(micros, total));
  }

  private static int[] withRoom(int[] array, int length) {
    return length <= array.length
        ? array
        : Arrays.copyOf(array, (int) Math.min(MOST, Math.max(length, array.length * 3L / 2)));
  }

  public int count() {
    return micros.length;
  }

  public int seconds() {
    return firstOfSecond.length - 1;
  }

  /** Requests from one second up to another. */
  public int between(int from, int to) {
    return firstOfSecond[to] - firstOfSecond[from];
  }

  /** The position of a second's first request. */
  int first(int second) {
    return firstOfSecond[second];
  }

  /** When a request of a second is sent, in microseconds since the start. */
  long at(int second, int position) {
    return second * MICROS_A_SECOND + micros[position];
  }
}
