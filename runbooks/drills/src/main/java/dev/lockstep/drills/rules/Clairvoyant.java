package dev.lockstep.drills.rules;

import java.util.Arrays;

/**
 * The cheapest fleet that always has what is needed, known from the real future.
 *
 * <p>Hosts are alike and cost the same each second, booting or ready, so the problem falls apart by
 * level: level {@code k} is needed in the seconds in which {@code k} or more hosts are. In a gap
 * between two such stretches its host is either kept, which costs the gap, or ended and ordered
 * again {@code lead} before it is needed, which costs the lead. The cheaper of the two, for each
 * level and gap by itself, is the optimum; the first stretch of a level costs one lead more, unless
 * the fleet starts with it.
 */
public final class Clairvoyant {
  private Clairvoyant() {}

  /** A fleet second by second: hosts that serve, and those that are paid for. */
  public static final class Schedule {
    private final int[] ready;
    private final int[] hosts;

    Schedule(int[] ready, int[] hosts) {
      this.ready = ready;
      this.hosts = hosts;
    }

    public int readyAt(int second) {
      return ready[second];
    }

    public int hostsAt(int second) {
      return hosts[second];
    }

    public int seconds() {
      return ready.length;
    }

    /** How often the number of hosts changes. */
    public long changes() {
      long changes = 0;
      for (int second = 1; second < hosts.length; second++) {
        if (hosts[second] != hosts[second - 1]) {
          changes++;
        }
      }
      return changes;
    }

    public double hostHours() {
      return Arrays.stream(hosts).asLongStream().sum() / 3600.0;
    }
  }

  /**
   * The cheapest schedule.
   *
   * @param needed hosts that must be ready, second by second
   * @param lead seconds from an order to a ready host
   * @param initial hosts that are ready at the start
   */
  public static Schedule optimum(int[] needed, int lead, int initial) {
    int seconds = needed.length;
    int levels = Arrays.stream(needed).max().orElse(0);
    int[] ready = new int[seconds];
    int[] hosts = new int[seconds];
    for (int level = 1; level <= levels; level++) {
      int heldUntil = level <= initial ? 0 : Integer.MIN_VALUE;
      for (int second = 0; second < seconds; second++) {
        if (needed[second] < level) {
          continue;
        }
        if (second > heldUntil && heldUntil >= 0 && second - heldUntil <= lead) {
          fill(ready, heldUntil, second);
          fill(hosts, heldUntil, second);
        } else if (second > heldUntil || heldUntil < 0) {
          fill(hosts, Math.max(0, second - lead), second);
        }
        ready[second]++;
        hosts[second]++;
        heldUntil = second + 1;
      }
    }
    return new Schedule(ready, hosts);
  }

  /**
   * The best that can be done without the future: it sees what is needed at once and orders at
   * once; a host serves once it has been wanted for a whole lead, and is kept until it has not been
   * needed for as long, since ordering it again would take that long.
   */
  public static Schedule reactive(int[] needed, int lead, int initial) {
    int[] wanted = overWindow(needed, lead, initial, /* largest= */ true);
    return new Schedule(overWindow(wanted, lead, initial, /* largest= */ false), wanted);
  }

  /** The largest or the smallest value of each second and those up to a window before it. */
  private static int[] overWindow(int[] values, int window, int before, boolean largest) {
    int sign = largest ? 1 : -1;
    int[] extremes = new int[values.length];
    int[] candidates = new int[values.length];
    int head = 0;
    int tail = 0;
    for (int second = 0; second < values.length; second++) {
      int value = sign * values[second];
      while (tail > head && sign * values[candidates[tail - 1]] <= value) {
        tail--;
      }
      candidates[tail++] = second;
      while (candidates[head] < second - window) {
        head++;
      }
      int extreme = sign * values[candidates[head]];
      extremes[second] = sign * (second < window ? Math.max(extreme, sign * before) : extreme);
    }
    return extremes;
  }

  /** A fleet that never changes. */
  public static Schedule constant(int tasks, int seconds) {
    int[] all = new int[seconds];
    Arrays.fill(all, tasks);
    return new Schedule(all, all);
  }

  private static void fill(int[] counts, int from, int to) {
    for (int second = from; second < to; second++) {
      counts[second]++;
    }
  }
}
