package dev.lockstep.inference.text;

import dev.lockstep.inference.model.EmbeddedModel;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What tokenizing one text costs a host thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizeBenchmark {
  /** Words of the text. */
  @Param({"14", "126"})
  public int words;

  private String text = "";

  // JMH sets it up before it is used.
  @SuppressWarnings("NullAway.Init")
  private TextTokenizer tokenizer;

  @Setup
  public void load() throws IOException {
    text = "water ".repeat(words).strip();
    tokenizer = TextTokenizer.load(EmbeddedModel.FP32.tokenizer());
  }

  @Benchmark
  public long[] tokenize() {
    return tokenizer.tokenize(text).ids();
  }

  @TearDown
  public void close() {
    tokenizer.close();
  }
}
