package dev.lockstep.inference.bench;

import java.util.List;

/** What several rounds gave: the middle one, and how far they lie apart. */
record Spread(double median, double least, double largest) {
  static Spread of(List<Double> rounds) {
    List<Double> sorted = rounds.stream().sorted().toList();
    return new Spread(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
  }
}
