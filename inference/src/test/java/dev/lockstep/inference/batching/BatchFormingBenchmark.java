package dev.lockstep.inference.batching;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What forming one batch costs, its inputs put back by as many others. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchFormingBenchmark {
  private static final TestKind APART = TestKind.cpu();
  private static final TestKind SHARING = TestKind.sharing();

  /** Inputs that wait. */
  @Param({"32", "256", "2048"})
  public int waiting;

  /** In rows of their own or in rows that are shared. */
  @Param({"cpu", "sharing"})
  public String rows = "cpu";

  private final Random random = new Random(1);
  private final WaitingPieces pieces = new WaitingPieces(2);
  private long sequence;

  @Setup
  public void fill() {
    for (int i = 0; i < waiting; i++) {
      add();
    }
  }

  private void add() {
    long deadline = sequence + random.nextInt(1_000);
    TestKind kind = rows.equals("sharing") ? SHARING : APART;
    pieces.add(kind.piece(sequence, 1 + random.nextInt(128), sequence, deadline));
    sequence++;
  }

  @Benchmark
  public int form() {
    Batch<?, ?> batch = pieces.next().orElseThrow();
    pieces.take(batch);
    batch.pieces().forEach(_ -> add());
    return batch.rows();
  }
}
