package dev.lockstep.inference.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.Layout;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.Task;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Texts that share a row, of models that keep them apart and of models that do not. */
final class PackingCheckTest {
  private static final List<Tokens.Sequence> TEXTS =
      List.of(text(1, 2, 3, 4, 5), text(7, 8), text(3, 1, 9, 4));

  @Test
  void textsShareRowsWhereEachSeesItselfAlone() {
    assertThat(PackingCheck.problem(kind(new Seeing(Sees.ITS_TEXT)), TEXTS)).isEmpty();
  }

  @Test
  void aModelWhoseTokensSeeTheWholeRowIsFoundOut() {
    assertThat(PackingCheck.problem(kind(new Seeing(Sees.ITS_ROW)), TEXTS).orElseThrow())
        .matches("their vectors differ by 0\\.\\d{4} there, and 0\\.0001 are allowed");
  }

  @Test
  void aModelThatDoesNotRunSoServesItsTextsApart() {
    assertThat(PackingCheck.problem(kind(new Seeing(Sees.NOTHING_BUT_ONES)), TEXTS))
        .contains("a mask of ones and zeros, please");
  }

  @Test
  void theMaskCountsTheTextsOfARow() {
    Seeing engine = new Seeing(Sees.ITS_TEXT);

    var _ =
        kind(engine)
            .prepare(TEXTS, Layout.shared(List.of(5, 2, 4), 6, 3).orElseThrow())
            .run(Width.LANE)
            .get();

    assertThat(engine.mask).containsExactly(1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 2, 2);
  }

  private static TextKind kind(Engine engine) {
    return new TextKind(engine, new Pooler(Task.Pooling.MEAN, false), new BatchLimits(256, 32, 1));
  }

  private static Tokens.Sequence text(long... ids) {
    return new Tokens.Sequence(ids, Optional.empty());
  }

  private enum Sees {
    ITS_TEXT,
    ITS_ROW,
    NOTHING_BUT_ONES
  }

  /** A token's vector is itself and the sum of the tokens that it sees. */
  private static final class Seeing implements Engine {
    private final Sees sees;
    private long[] mask = {};

    Seeing(Sees sees) {
      this.sees = sees;
    }

    @Override
    public List<TensorSpec> inputs() {
      return List.of(open("input_ids"), open("attention_mask"));
    }

    private static TensorSpec open(String name) {
      return new TensorSpec(name, ElementType.INT64, List.of(-1L, -1L));
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of(new TensorSpec("hidden", ElementType.FP32, List.of(-1L, -1L, 2L)));
    }

    @Override
    public Device device() {
      return new Device("fake", "fake", 1, false);
    }

    @Override
    public boolean packs() {
      return true;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      Tensor.Numbers tokens = numbers(inputs, "input_ids");
      long[] ids = longs(tokens);
      mask = longs(numbers(inputs, "attention_mask"));
      if (sees == Sees.NOTHING_BUT_ONES && LongStream.of(mask).anyMatch(number -> number > 1)) {
        throw new IllegalStateException("a mask of ones and zeros, please");
      }
      int length = Math.toIntExact(tokens.shape().getLast());
      Tensor.Numbers hidden =
          Tensor.allocate(ElementType.FP32, List.of(tokens.shape().getFirst(), (long) length, 2L));
      FloatBuffer floats = hidden.floats();
      for (int i = 0; i < ids.length; i++) {
        floats.put(2 * i, (float) ids[i]);
        floats.put(2 * i + 1, sum(ids, i, length));
      }
      return Map.of("hidden", hidden);
    }

    private float sum(long[] ids, int token, int length) {
      int row = token / length * length;
      float sum = 0;
      for (int i = row; i < row + length; i++) {
        if (mask[i] > 0 && (sees == Sees.ITS_ROW || mask[i] == mask[token])) {
          sum += (float) ids[i];
        }
      }
      return sum;
    }

    private static Tensor.Numbers numbers(Map<String, Tensor> inputs, String name) {
      return (Tensor.Numbers) Objects.requireNonNull(inputs.get(name), name);
    }

    private static long[] longs(Tensor.Numbers tensor) {
      LongBuffer buffer = tensor.longs();
      long[] longs = new long[buffer.remaining()];
      buffer.get(longs);
      return longs;
    }

    @Override
    public void close() {
      // Nothing to close.
    }
  }
}
