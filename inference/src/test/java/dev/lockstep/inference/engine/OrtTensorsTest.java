package dev.lockstep.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.tiny.OnnxGraph;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of tensor through ONNX Runtime and back, wherever its bytes lie. */
final class OrtTensorsTest {
  private static final EngineSettings ONE_LANE = EngineSettings.of(EngineSettings.Provider.CPU, 1);

  @ParameterizedTest
  @EnumSource(names = "BYTES", mode = EnumSource.Mode.EXCLUDE)
  void numbersComeBackAsTheyWentIn(ElementType type) {
    byte[] bits = new byte[3 * type.bytes()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (type == ElementType.BOOL ? i & 1 : 17 * i + 3);
    }
    // As a request's body holds it: on the heap, after other bytes, at no even address.
    byte[] body = new byte[bits.length + 5];
    System.arraycopy(bits, 0, body, 5, bits.length);
    Tensor onTheHeap = new Tensor.Numbers(type, List.of(3L), ByteBuffer.wrap(body, 5, bits.length));
    Tensor.Numbers outside = Tensor.allocate(type, List.of(3L));
    outside.data().put(bits);

    assertThat(identity(onTheHeap)).isEqualTo(outside);
    assertThat(identity(outside)).isEqualTo(outside);
  }

  @ParameterizedTest
  @EnumSource(names = "BYTES")
  void stringsComeBackAsTheyWentIn(ElementType type) {
    Tensor strings =
        new Tensor.Strings(
            List.of(2L, 2L),
            List.of(bytes(""), bytes("plain"), bytes("zwölf \uD83C\uDFB8"), bytes("a\u0000b")));

    try (OnnxEngine engine = engine(OnnxGraph.identity(type, "rows", "columns"))) {
      assertThat(engine.run(Map.of("x", strings), Width.LANE)).containsEntry("y", strings);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Tensor identity(Tensor tensor) {
    try (OnnxEngine engine = engine(OnnxGraph.identity(tensor.type(), 3))) {
      return Objects.requireNonNull(engine.run(Map.of("x", tensor), Width.LANE).get("y"));
    }
  }

  private static OnnxEngine engine(OnnxGraph model) {
    return OnnxEngine.load(new ModelSource.Bytes(model.toBytes()), ONE_LANE);
  }
}
