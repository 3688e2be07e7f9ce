package dev.lockstep.inference.batching;

import java.util.List;

/** Names in, names out; what a batch costs is said by the test. */
record TestKind(String name, BatchLimits limits, CostModel cost)
    implements BatchKind<String, String> {

  /** Usually 256 tokens. */
  static final BatchLimits LIMITS = new BatchLimits(384, 32, 1);

  /** A run is worth twelve tokens, as measured on a CPU; a token takes 1,000 ns. */
  static final CostModel CPU = new CostModel(12_000, 1_000);

  /** A run is worth 4,000 tokens: fill it. */
  static final CostModel GPU = new CostModel(4_000_000, 1_000);

  static TestKind cpu() {
    return new TestKind("cpu", LIMITS, CPU);
  }

  @Override
  public Prepared<String> prepare(List<String> inputs, int paddedLength) {
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
