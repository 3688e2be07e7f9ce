package dev.lockstep.inference.batching;

import java.util.List;
import java.util.OptionalInt;

/** Names in, names out; what a batch costs is said by the test. */
record TestKind(String name, BatchLimits limits, CostModel cost, OptionalInt sharedRowTokens)
    implements BatchKind<String, String> {

  /** Usually 256 tokens. */
  static final BatchLimits LIMITS = new BatchLimits(384, 32, 1);

  /** A run is worth twelve tokens, as measured on a CPU; a token takes 1,000 ns. */
  static final CostModel CPU = new CostModel(12_000, 1_000);

  /** A run is worth 4,000 tokens: fill it. */
  static final CostModel GPU = new CostModel(4_000_000, 1_000);

  /** One whose inputs have rows of their own. */
  TestKind(String name, BatchLimits limits, CostModel cost) {
    this(name, limits, cost, OptionalInt.empty());
  }

  static TestKind cpu() {
    return new TestKind("cpu", LIMITS, CPU);
  }

  /** The same, whose inputs share rows. */
  static TestKind sharing() {
    return new TestKind("sharing", LIMITS, CPU, OptionalInt.of(256));
  }

  @Override
  public Prepared<String> prepare(List<String> inputs, Layout layout) {
    return _ -> () -> List.copyOf(inputs);
  }

  Piece<String, String> piece(long sequence, int length, long arrived, long deadline) {
    return piece(sequence, length, 1, arrived, deadline);
  }

  Piece<String, String> piece(long sequence, int length, int rows, long arrived, long deadline) {
    return new Piece<>(
        this,
        new Sized<>("input " + sequence, length, rows),
        new Deadline(deadline),
        arrived,
        sequence,
        new Submission<>(1),
        0,
        Load.leastNanos(this, rows, length));
  }
}
