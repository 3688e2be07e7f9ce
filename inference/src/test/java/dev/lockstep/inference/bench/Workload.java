package dev.lockstep.inference.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts of chosen lengths, the same in every run.
 *
 * @param meanTokens of the texts
 */
record Workload(String name, List<Text> texts, double meanTokens) {
  /**
   * Words, and how long they are.
   *
   * @param tokens special ones included
   */
  record Text(String words, int tokens) {}

  private static final long SEED = 20_240_817;
  private static final int SIZE = 4_096;
  private static final int SPECIAL = 2;

  /** Words that are one word piece each. */
  private static final List<String> WORDS =
      List.of(
          "time",
          "year",
          "people",
          "way",
          "day",
          "man",
          "thing",
          "woman",
          "life",
          "child",
          "world",
          "school",
          "state",
          "family",
          "student",
          "group",
          "country",
          "problem",
          "hand",
          "part",
          "place",
          "case",
          "week",
          "company",
          "system",
          "program",
          "question",
          "work",
          "number",
          "night",
          "point",
          "home",
          "water",
          "room",
          "mother",
          "area",
          "money",
          "story",
          "fact",
          "month",
          "lot",
          "right",
          "study",
          "book",
          "eye",
          "job",
          "word",
          "business",
          "issue");

  static Workload same(int tokens) {
    return of(tokens + " tokens", IntStream.generate(() -> tokens).limit(SIZE).boxed().toList());
  }

  /** From 4 to 128 tokens, exponentially distributed, 32 in the mean. */
  static Workload mixed() {
    RandomGenerator seeded = new Random(SEED);
    List<Integer> lengths = new ArrayList<>();
    while (lengths.size() < SIZE) {
      int length = 4 + (int) Math.round(-29.6 * Math.log(1 - seeded.nextDouble()));
      if (length <= 128) {
        lengths.add(length);
      }
    }
    return of("mixed lengths", lengths);
  }

  private static Workload of(String name, List<Integer> lengths) {
    RandomGenerator random = new Random(SEED);
    return new Workload(
        name,
        lengths.stream().map(length -> new Text(words(length, random), length)).toList(),
        lengths.stream().mapToInt(Integer::intValue).average().orElseThrow());
  }

  private static String words(int tokens, RandomGenerator random) {
    return IntStream.range(0, tokens - SPECIAL)
        .mapToObj(_ -> WORDS.get(random.nextInt(WORDS.size())))
        .collect(Collectors.joining(" "));
  }

  /**
   * How many sentences so many tokens count as: one of twice the mean is two. Of the few hundred
   * that a cell sees the mean is off by 4 % of that of all, of the hundred runs that the model
   * alone computes meanwhile, of one length each, by 10 %.
   */
  double sentences(double tokens) {
    return tokens / meanTokens;
  }
}
