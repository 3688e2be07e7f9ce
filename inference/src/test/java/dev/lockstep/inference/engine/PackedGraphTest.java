package dev.lockstep.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A graph rewritten so that texts may share rows, against the one that it was. */
final class PackedGraphTest {
  private static final EngineSettings ONE_LANE = EngineSettings.of(EngineSettings.Provider.CPU, 1);

  @ParameterizedTest
  @EnumSource(EmbeddedModel.class)
  void ofMasksOfZerosAndOnesItMakesBitForBitWhatItMade(EmbeddedModel model) {
    long[] ids = LongStream.range(0, 24).map(i -> 2000 + 37 * i).toArray();
    long[] mask = {
      1, 1, 1, 1, 1, 1, 1, 1, // a whole row
      1, 1, 1, 0, 0, 0, 0, 0, // padded behind
      0, 0, 1, 1, 1, 0, 1, 1, // padded before, and with a hole
    };
    try (OnnxEngine before = OnnxEngine.load(source(model), ONE_LANE);
        OnnxEngine after = OnnxEngine.loadPacked(source(model), ONE_LANE)) {
      assertThat(before.packs()).isFalse();
      assertThat(after.packs()).isTrue();
      assertThat(after.inputs()).isEqualTo(before.inputs());
      assertThat(after.outputs()).isEqualTo(before.outputs());

      assertThat(hidden(after, 3, ids, mask)).containsExactly(hidden(before, 3, ids, mask));
    }
  }

  @Test
  void textsOfOneRowDoNotSeeEachOther() {
    long[] first = {101, 2158, 2003, 2652, 102};
    long[] second = {101, 4518, 102};
    long[] third = {101, 2158, 2003, 102};
    long[] row = {101, 2158, 2003, 2652, 102, 101, 4518, 102, 101, 2158, 2003, 102, 0, 0};
    long[] mask = {1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 0, 0};
    try (OnnxEngine engine = OnnxEngine.loadPacked(source(EmbeddedModel.FP32), ONE_LANE)) {
      float[] together = hidden(engine, 1, row, mask);

      assertThat(tokens(together, 0, 5)).containsExactly(alone(engine, first), within(1e-5f));
      assertThat(tokens(together, 5, 8)).containsExactly(alone(engine, second), within(1e-5f));
      assertThat(tokens(together, 8, 12)).containsExactly(alone(engine, third), within(1e-5f));
    }
  }

  @Test
  void aFileOnDiskIsRewrittenToo(@TempDir Path folder) throws IOException {
    Path onnx = Files.write(folder.resolve("model.onnx"), EmbeddedModel.INT8.onnx());

    assertThat(PackedGraph.of(new ModelSource.File(onnx)))
        .isInstanceOf(PackedGraph.Outcome.Rewritten.class);
  }

  @Test
  void aModelThatMasksNothingStaysAsItIs() {
    byte[] onnx = OnnxGraph.identity(ElementType.INT64, "batch", "sequence").toBytes();

    assertThat(PackedGraph.of(new ModelSource.Bytes(onnx)))
        .isEqualTo(
            new PackedGraph.Outcome.Unchanged("no attention_mask[:, None, None, :] was found"));
    try (OnnxEngine engine = OnnxEngine.loadPacked(new ModelSource.Bytes(onnx), ONE_LANE)) {
      assertThat(engine.packs()).isFalse();
    }
  }

  @Test
  void positionsThatMayBeEitherOfTwoStayAsTheyAre() {
    byte[] onnx =
        masked()
            .constant("places", 0, 1)
            .constant("kinds", 0, 0)
            .constant("table_of_places", new float[][] {{1}, {2}})
            .constant("table_of_kinds", new float[][] {{3}, {4}})
            .node("place", "Gather", "table_of_places", "places")
            .node("kind", "Gather", "table_of_kinds", "kinds")
            .output("place", OnnxGraph.FLOAT, 2, 1)
            .output("kind", OnnxGraph.FLOAT, 2, 1)
            .toBytes();

    assertThat(PackedGraph.of(new ModelSource.Bytes(onnx)))
        .isEqualTo(new PackedGraph.Outcome.Unchanged("positions may be any of [places, kinds]"));
  }

  @Test
  void positionsThatAreWeightsAreCountedFromEachTextToo() {
    byte[] onnx =
        masked()
            .constant("places", 0, 1, 2, 3)
            .constant("table", new float[][] {{10}, {11}, {12}, {13}})
            .node("place", "Gather", "table", "places")
            .node("allowed", "Cast", Map.of("to", (long) OnnxGraph.FLOAT), "mask")
            .node("both", "Add", "place", "allowed")
            .output("place", OnnxGraph.FLOAT, "batch", 4, 1)
            .output("both", OnnxGraph.FLOAT, "batch", 1, 4, 4)
            .toBytes();
    try (OnnxEngine engine = OnnxEngine.loadPacked(new ModelSource.Bytes(onnx), ONE_LANE)) {
      Tensor mask = Tensor.int64(List.of(1L, 4L), 1, 1, 2, 2);

      Map<String, Tensor> outputs = engine.run(Map.of("attention_mask", mask), Width.LANE);

      assertThat(floats(outputs.get("place"))).containsExactly(10, 11, 10, 11);
    }
  }

  @Test
  void aMaskThatIsTakenByMoreThanWhatGoesByShapeStaysAsItIs() {
    byte[] onnx =
        masked()
            .node("sum", "ReduceSum", "mask")
            .output("sum", OnnxGraph.INT64, 1, 1, 1, 1)
            .toBytes();

    assertThat(PackedGraph.of(new ModelSource.Bytes(onnx)))
        .isInstanceOf(PackedGraph.Outcome.Unchanged.class);
  }

  @Test
  void weightsInFilesOfTheirOwnWouldNotBeFoundAgain() {
    byte[] onnx = masked().outside("weights").output("mask", OnnxGraph.INT64, 1, 1, 1, 1).toBytes();

    assertThat(PackedGraph.of(new ModelSource.Bytes(onnx)))
        .isEqualTo(
            new PackedGraph.Outcome.Unchanged(
                "the file is not read: weights lie in files of their own"));
  }

  @Test
  void whatIsNoModelIsLeftToOnnxRuntimeToRefuse() {
    byte[] junk = {1, 2, 3, 4};

    assertThat(PackedGraph.of(new ModelSource.Bytes(junk)))
        .isInstanceOfSatisfying(
            PackedGraph.Outcome.Unchanged.class,
            unchanged -> assertThat(unchanged.why()).startsWith("the file is not read: "));
  }

  private static OnnxGraph masked() {
    return new OnnxGraph()
        .input("attention_mask", OnnxGraph.INT64, "batch", "sequence")
        .constant("middle", 1, 2)
        .node("mask", "Unsqueeze", "attention_mask", "middle");
  }

  private static ModelSource source(EmbeddedModel model) {
    return new ModelSource.Bytes(model.onnx());
  }

  private static float[] alone(OnnxEngine engine, long[] ids) {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    return hidden(engine, 1, ids, mask);
  }

  private static float[] tokens(float[] hidden, int from, int to) {
    return Arrays.copyOfRange(hidden, from * 384, to * 384);
  }

  private static float[] hidden(OnnxEngine engine, int rows, long[] ids, long[] mask) {
    List<Long> shape = List.of((long) rows, (long) ids.length / rows);
    Map<String, Tensor> outputs =
        engine.run(
            Map.of(
                "input_ids", Tensor.int64(shape, ids),
                "attention_mask", Tensor.int64(shape, mask),
                "token_type_ids", Tensor.int64(shape, new long[ids.length])),
            Width.LANE);
    return floats(
        outputs.values().stream()
            .filter(tensor -> tensor.shape().size() == 3)
            .findFirst()
            .orElseThrow());
  }

  private static float[] floats(@Nullable Tensor tensor) {
    Tensor.Numbers numbers = (Tensor.Numbers) Objects.requireNonNull(tensor);
    float[] floats = new float[numbers.elements()];
    numbers.floats().get(floats);
    return floats;
  }
}
