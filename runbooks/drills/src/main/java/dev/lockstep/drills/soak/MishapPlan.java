package dev.lockstep.drills.soak;

import dev.lockstep.drills.time.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What goes wrong in a soak, and when. The time between a calm beginning and a calm end is divided
 * into slots of equal length; a mishap begins somewhere in each, and one that lasts is over by the
 * end of the next slot, so that up to two overlap. Kinds come in rounds, each round in an order of
 * its own: every kind has come once before any comes twice.
 *
 * <p>The same seed and length give the same plan.
 */
record MishapPlan(List<Entry> entries) {
  /** Long enough for a decision, a boot and a start: what must have recovered has time to. */
  static final Duration CALM = Duration.ofSeconds(150);

  /** Beyond that more time means more mishaps, not fewer an hour. */
  private static final Duration LONGEST_SLOT = Duration.ofSeconds(150);

  /**
   * One mishap.
   *
   * @param at since the beginning
   * @param until its end; the same as {@code at} for one that has none
   */
  record Entry(Mishap mishap, Duration at, Duration until) {
    Entry {
      if (at.isNegative() || until.compareTo(at) < 0) {
        throw new IllegalArgumentException(
            "a mishap begins at 0 or later and does not end before, not at %s until %s"
                .formatted(at, until));
      }
    }
  }

  MishapPlan {
    entries = List.copyOf(entries);
  }

  /**
   * Draws a plan.
   *
   * @param length of the soak on the account's clock; at least two calm times and a second for each
   *     kind of mishap
   * @throws IllegalArgumentException when it is shorter
   */
  static MishapPlan draw(long seed, Duration length) {
    Duration shortest = CALM.multipliedBy(2).plusSeconds(Mishap.values().length);
    if (length.compareTo(shortest) < 0) {
      throw new IllegalArgumentException(
          "the account needs %d s or more for every mishap to find its place, not %d s"
              .formatted(shortest.toSeconds(), length.toSeconds()));
    }
    Duration troubled = length.minus(CALM.multipliedBy(2));
    long slots =
        Math.max(
            Mishap.values().length, Math.ceilDiv(troubled.toMillis(), LONGEST_SLOT.toMillis()));
    Duration slot = troubled.dividedBy(slots);
    List<Mishap> order = order(seed, slots);
    List<Entry> entries = new ArrayList<>();
    for (int index = 0; index < slots; index++) {
      RandomGenerator random = new Chance(seed).of("mishap", index);
      Duration start = CALM.plus(slot.multipliedBy(index));
      Duration at = start.plus(share(slot, random.nextDouble()));
      Duration end = start.plus(slot).plus(share(slot, random.nextDouble()));
      Duration latest = length.minus(CALM);
      Mishap mishap = order.get(index);
      entries.add(
          new Entry(mishap, at, mishap.lasts() ? (end.compareTo(latest) < 0 ? end : latest) : at));
    }
    return new MishapPlan(entries);
  }

  private static List<Mishap> order(long seed, long count) {
    List<Mishap> order = new ArrayList<>();
    while (order.size() < count) {
      List<Mishap> round = new ArrayList<>(List.of(Mishap.values()));
      RandomGenerator random = new Chance(seed).of("round", order.size());
      for (int last = round.size() - 1; last > 0; last--) {
        Collections.swap(round, last, random.nextInt(last + 1));
      }
      order.addAll(round);
    }
    return order;
  }

  private static Duration share(Duration whole, double share) {
    return Duration.ofMillis(Math.round(whole.toMillis() * share));
  }

  /** How many of them may lose what a task has accepted. */
  long kills() {
    return entries.stream().filter(entry -> entry.mishap().kills()).count();
  }
}
