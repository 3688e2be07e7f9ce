package dev.lockstep.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtSession;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.tiny.OnnxGraph;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which device is used, and what is said when it cannot be. */
final class OnnxEngineTest {
  private static final EngineSettings TWO_LANES = EngineSettings.of(EngineSettings.Provider.CPU, 2);

  @ParameterizedTest
  @EnumSource(names = "CPU", mode = EnumSource.Mode.EXCLUDE)
  void aGpuThatIsNotThereIsRefusedAndNeverReplacedByTheCpu(EngineSettings.Provider provider) {
    assertThatThrownBy(() ->
            OnnxEngine.load(
                new ModelSource.Bytes(EmbeddedModel.INT8.onnx()), EngineSettings.of(provider, 2)))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith(
            "LOCKSTEP_PROVIDER is '%s'; this build of ONNX Runtime has".formatted(provider.label()))
        .hasMessageContaining("onnxruntime_gpu");
  }

  @Test
  void aProviderThatNobodyKnowsIsRefusedByName() {
    assertThatThrownBy(() -> EngineSettings.Provider.named("gpu"))
        .hasMessage("LOCKSTEP_PROVIDER is 'gpu'; known are cpu, cuda, tensorrt");
  }

  @Test
  void whatIsNoModelIsRefusedWithTheReason() {
    byte[] junk = "no model".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> OnnxEngine.load(new ModelSource.Bytes(junk), TWO_LANES))
        .isInstanceOf(UnusableModelException.class)
        .hasMessageStartingWith("ONNX Runtime cannot load the model");
  }

  /** ONNX Runtime itself has them, and runs the model; its Java interface cannot feed it. */
  @ParameterizedTest
  @CsvSource({
    OnnxGraph.UINT16 + ", UINT16",
    OnnxGraph.UINT32 + ", UINT32",
    OnnxGraph.UINT64 + ", UINT64"
  })
  void aModelOfATypeThatJavaCannotFeedIsRefusedByTheTensorsName(int type, String name) {
    ModelSource model = new ModelSource.Bytes(OnnxGraph.identity(type, "n").toBytes());

    assertThatThrownBy(() -> OnnxEngine.load(model, TWO_LANES))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(
            "the model's 'x' is of the type %s, which ONNX Runtime's Java interface does not have;"
                    .formatted(name)
                + " served are [BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64,"
                + " BYTES]");
  }

  @Test
  void aLaneAndTheWholeDeviceGiveTheSameAnswer() {
    try (OnnxEngine engine =
        OnnxEngine.load(new ModelSource.Bytes(EmbeddedModel.FP32.onnx()), TWO_LANES)) {
      Map<String, Tensor> inputs =
          Map.of(
              "input_ids", Tensor.int64(List.of(1L, 3L), 101, 7592, 102),
              "attention_mask", Tensor.int64(List.of(1L, 3L), 1, 1, 1),
              "token_type_ids", Tensor.int64(List.of(1L, 3L), 0, 0, 0));

      float[] lane = floats(engine.run(inputs, Width.LANE));
      float[] whole = floats(engine.run(inputs, Width.WHOLE));

      assertThat(engine.device().lanes()).isEqualTo(2);
      assertThat(lane).hasSize(3 * 384);
      assertThat(whole).containsExactly(lane, within(1e-5f));
    }
  }

  @Test
  void aSecondSessionThatDoesNotOpenLeavesNoFirst() {
    List<OrtSession> opened = new ArrayList<>();

    assertThatThrownBy(() ->
            OnnxEngine.load(
                TWO_LANES,
                threads -> {
                  if (threads > 1) {
                    throw new UnusableModelException("no memory for a second");
                  }
                  OrtSession session =
                      Sessions.open(
                          new ModelSource.Bytes(EmbeddedModel.INT8.onnx()), TWO_LANES, threads);
                  opened.add(session);
                  return session;
                }))
        .hasMessage("no memory for a second");

    assertThatThrownBy(() -> opened.getFirst().getInputInfo())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anEngineThatIsClosedRunsNothingAndClosesOnce() {
    OnnxEngine engine =
        OnnxEngine.load(new ModelSource.Bytes(EmbeddedModel.INT8.onnx()), TWO_LANES);
    Map<String, Tensor> inputs =
        Map.of(
            "input_ids", Tensor.int64(List.of(1L, 1L), 101),
            "attention_mask", Tensor.int64(List.of(1L, 1L), 1),
            "token_type_ids", Tensor.int64(List.of(1L, 1L), 0));

    engine.close();
    engine.close();

    assertThatThrownBy(() -> engine.run(inputs, Width.LANE)).hasMessage("the engine is closed");
  }

  private static float[] floats(Map<String, Tensor> outputs) {
    Tensor.Numbers numbers = (Tensor.Numbers) outputs.values().iterator().next();
    float[] floats = new float[numbers.elements()];
    numbers.floats().get(floats);
    return floats;
  }
}
