package dev.lockstep.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.tiny.OnnxGraph;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When outputs are bound to memory of ours, and whose that is. */
final class OutputMemoryTest {
  private static final EngineSettings ONE_LANE = EngineSettings.of(EngineSettings.Provider.CPU, 1);
  private static final TensorSpec IN =
      new TensorSpec("x", ElementType.FP32, List.of(-1L, 2L), List.of("rows", ""));
  private static final TensorSpec OUT =
      new TensorSpec("y", ElementType.FP32, List.of(-1L, 3L), List.of("rows", ""));
  private static final TensorSpec NAMELESS =
      new TensorSpec("z", ElementType.FP32, List.of(-1L), List.of(""));

  private final OutputMemory memory = new OutputMemory(List.of(IN), List.of(OUT, NAMELESS));

  private static Map<String, Tensor> in(long rows) {
    return Map.of("x", Tensor.allocate(ElementType.FP32, List.of(rows, 2L)));
  }

  private static Map<String, Tensor> out(long rows) {
    return Map.of(
        "y", Tensor.allocate(ElementType.FP32, List.of(rows, 3L)),
        "z", Tensor.allocate(ElementType.FP32, List.of(rows)));
  }

  @Test
  void nothingIsBoundBeforeARunInWhichTheNamesWereTrue() {
    assertThat(memory.take(in(1)).bound()).isEmpty();

    memory.learn(in(4), out(4));

    assertThat(memory.take(in(5)).bound().keySet()).containsExactly("y");
    assertThat(Objects.requireNonNull(memory.take(in(5)).bound().get("y")).shape())
        .containsExactly(5L, 3L);
  }

  @Test
  void whatDidNotKeepToItsNamesOnceIsNeverBoundAgain() {
    memory.learn(in(4), out(4));
    memory.learn(in(4), out(3));
    memory.learn(in(4), out(4));

    assertThat(memory.take(in(4)).bound()).isEmpty();
  }

  @Test
  void twoRunsAtOnceHaveMemoryOfTheirOwnAndALaterOneHasTheirs() {
    memory.learn(in(4), out(4));
    OutputMemory.Place one = memory.take(in(4));
    OutputMemory.Place other = memory.take(in(4));

    assertThat(other.memory().get("y")).isNotSameAs(one.memory().get("y"));

    memory.giveBack(one);
    assertThat(memory.take(in(2)).memory().get("y")).isSameAs(one.memory().get("y"));
  }

  @Test
  void memoryGrowsWithTheLargestRun() {
    memory.learn(in(1), out(1));
    OutputMemory.Place small = memory.take(in(1));
    memory.giveBack(small);

    Tensor.Numbers large = Objects.requireNonNull(memory.take(in(1_000)).bound().get("y"));

    assertThat(large.elements()).isEqualTo(3_000);
  }

  /** What an engine lends is what it gives, before it is bound and after. */
  @Test
  void whatIsLentIsWhatIsGiven() {
    OnnxGraph twice =
        new OnnxGraph()
            .input("x", ElementType.FP32, "rows", 2)
            .output("y", ElementType.FP32, "rows", 2)
            .node("y", "Add", "x", "x");
    try (OnnxEngine engine = engine(twice)) {
      for (long rows = 1; rows < 6; rows++) {
        Map<String, Tensor> tensors = counted(rows);
        try (Outputs lent = engine.lend(tensors, Width.LANE)) {
          assertThat(lent.tensors()).isEqualTo(engine.run(tensors, Width.LANE));
        }
      }
    }
  }

  @Test
  void whatIsGivenIsNotWrittenToByWhatIsLentLater() {
    try (OnnxEngine engine = engine(OnnxGraph.identity(ElementType.FP32, "rows", 2))) {
      engine.lend(counted(2), Width.LANE).close();
      Map<String, Tensor> given = engine.run(counted(2), Width.LANE);
      engine.lend(in(2), Width.LANE).close();

      assertThat(given.get("y")).isEqualTo(counted(2).get("x"));
    }
  }

  /** Where a maker calls the columns rows, square inputs come first and look as if it were true. */
  @Test
  void aModelWhoseNamesLieIsServedAllTheSame() {
    OnnxGraph turned =
        new OnnxGraph()
            .input("x", ElementType.FP32, "rows", "columns")
            .output("y", ElementType.FP32, "rows", "columns")
            .node("y", "Transpose", "x");
    try (OnnxEngine engine = engine(turned)) {
      engine.lend(counted(2), Width.LANE).close();
      for (long rows : List.of(3L, 1L, 2L, 3L)) {
        try (Outputs lent = engine.lend(counted(rows), Width.LANE)) {
          assertThat(lent.tensors()).isEqualTo(engine.run(counted(rows), Width.LANE));
        }
      }
    }
  }

  @Test
  void aRunThatFailsByItsInputsSaysSoAndBindsAgainAfterwards() {
    OnnxGraph lookup =
        new OnnxGraph()
            .input("x", ElementType.INT64, "rows")
            .output("y", ElementType.FP32, "rows", 1)
            .constant("table", new float[][] {{1}, {2}})
            .node("y", "Gather", "table", "x");
    try (OnnxEngine engine = engine(lookup)) {
      Map<String, Tensor> good = Map.of("x", Tensor.int64(List.of(2L), 0, 1));
      engine.lend(good, Width.LANE).close();

      assertThatThrownBy(
              () -> engine.lend(Map.of("x", Tensor.int64(List.of(2L), 0, 2)), Width.LANE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("out of data bounds");
      try (Outputs first = engine.lend(good, Width.LANE);
          Outputs second = engine.lend(good, Width.LANE)) {
        assertThat(first.tensors()).isEqualTo(second.tensors());
      }
    }
  }

  @Test
  void givingBackTwiceIsGivingBackOnce() {
    memory.learn(in(4), out(4));
    OutputMemory.Place place = memory.take(in(4));
    Outputs outputs = new Outputs(Map.copyOf(place.bound()), () -> memory.giveBack(place));

    outputs.close();
    outputs.close();

    assertThat(memory.take(in(4)).memory().get("y"))
        .isNotSameAs(memory.take(in(4)).memory().get("y"));
  }

  private static Map<String, Tensor> counted(long rows) {
    Tensor.Numbers tensor = Tensor.allocate(ElementType.FP32, List.of(rows, 2L));
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.floats().put(i, i + 1);
    }
    return Map.of("x", tensor);
  }

  private static OnnxEngine engine(OnnxGraph model) {
    return OnnxEngine.load(new ModelSource.Bytes(model.toBytes()), ONE_LANE);
  }
}
