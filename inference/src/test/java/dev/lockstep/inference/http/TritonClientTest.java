package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.tiny.KeyedServer;
import dev.lockstep.inference.tiny.OnnxGraph;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceException;
import triton.client.InferenceServerClient;
import triton.client.InferenceServerClient.InferArguments;
import triton.client.pojo.DataType;

/**
 * Triton's own Java client, as it is published, against this server.
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/client/src/java/README.html">Triton
 *     Java API</a>
 */
final class TritonClientTest {
  private static final int PATIENCE_MILLIS = 30_000;

  @TempDir static Path models;

  private static InferenceServer server;
  private static InferenceServerClient client;

  @BeforeAll
  static void serve() throws IOException {
    new OnnxGraph()
        .input("left", ElementType.FP32, "batch", 2)
        .input("right", ElementType.FP32, "batch", 2)
        .output("sum", ElementType.FP32, "batch", 2)
        .output("product", ElementType.FP32, "batch", 2)
        .node("sum", "Add", "left", "right")
        .node("product", "Mul", "left", "right")
        .writeTo(models.resolve("arithmetic"), "{\"version\":\"3\"}");
    new OnnxGraph()
        .input("flags", ElementType.BOOL, "n")
        .input("counts", ElementType.INT64, "n")
        .input("texts", ElementType.BYTES, "n")
        .output("flags_out", ElementType.BOOL, "n")
        .output("counts_out", ElementType.INT64, "n")
        .output("texts_out", ElementType.BYTES, "n")
        .node("flags_out", "Identity", "flags")
        .node("counts_out", "Identity", "counts")
        .node("texts_out", "Identity", "texts")
        .writeTo(models.resolve("echo"), "{}");
    server = KeyedServer.of(models, Map.of());
    URI uri = server.uri();
    client =
        new InferenceServerClient(
            uri.getHost() + ":" + uri.getPort(), PATIENCE_MILLIS, PATIENCE_MILLIS);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itInfersWithSeveralInputsAndOutputsInBothForms(boolean binary) throws InferenceException {
    InferResult result =
        client.infer(
            arguments(
                    "arithmetic",
                    List.of(
                        floats("left", binary, 1, 2, 3, 4), floats("right", binary, 5, 6, 7, 8)),
                    List.of(
                        new InferRequestedOutput("product", binary),
                        new InferRequestedOutput("sum", !binary)))
                .setModelVersion("3")
                .setRequestId("seven"));

    assertThat(result.getResponse().getId()).isEqualTo("seven");
    assertThat(result.getResponse().getModelName()).isEqualTo("arithmetic");
    assertThat(result.getResponse().getModelVersion()).isEqualTo("3");
    assertThat(result.getOutputs()).containsExactly("product", "sum");
    assertThat(result.getOutputAsFloat("product")).containsExactly(5, 12, 21, 32);
    assertThat(result.getOutputAsFloat("sum")).containsExactly(6, 8, 10, 12);
    assertThat(result.getResponse().getOutputByName("sum").getShape()).containsExactly(2, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itSendsAndReadsTypesThatAreNoFractions(boolean binary) throws InferenceException {
    InferInput flags = new InferInput("flags", new long[] {2}, DataType.BOOL);
    flags.setData(new boolean[] {true, false}, binary);
    InferInput counts = new InferInput("counts", new long[] {2}, DataType.INT64);
    counts.setData(new long[] {Long.MIN_VALUE, 7}, binary);
    InferInput texts = new InferInput("texts", new long[] {2}, DataType.BYTES);
    texts.setData(new String[] {"one", "zw\u00f6lf"}, binary);

    InferResult result =
        client.infer(
            arguments(
                "echo",
                List.of(flags, counts, texts),
                List.of(
                    new InferRequestedOutput("flags_out", binary),
                    new InferRequestedOutput("counts_out", binary),
                    new InferRequestedOutput("texts_out", false))));

    assertThat(result.getOutputAsBool("flags_out")).containsExactly(true, false);
    assertThat(result.getOutputAsLong("counts_out")).containsExactly(Long.MIN_VALUE, 7);
    assertThat(result.getResponse().getOutputByName("texts_out").getData())
        .containsExactly("one", "zw\u00f6lf");
  }

  @Test
  void whenItNamesNoOutputsItGetsAllInTheBinaryForm() throws InferenceException {
    InferResult result =
        client.infer(
            new InferArguments(
                    "arithmetic", floats("left", true, 1, 2), floats("right", true, 3, 4))
                .setHeader("Authorization", "Bearer secret"));

    assertThat(result.getNameToBinaryIdx()).containsOnlyKeys("sum", "product");
    assertThat(result.getOutputAsFloat("sum")).containsExactly(4, 6);
  }

  @Test
  void itReadsARefusal() {
    InferArguments unknown =
        arguments(
            "arithmetic",
            List.of(floats("left", true, 1, 2)),
            List.of(new InferRequestedOutput("quotient", true)));

    assertThatThrownBy(() -> client.infer(unknown))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("outputs[0].name is 'quotient'; the model gives [sum, product]");
  }

  private static InferArguments arguments(
      String model, List<InferInput> inputs, List<InferRequestedOutput> outputs) {
    return new InferArguments(model, inputs, outputs).setHeader("Authorization", "Bearer secret");
  }

  private static InferInput floats(String name, boolean binary, float... numbers) {
    InferInput input = new InferInput(name, new long[] {numbers.length / 2, 2}, DataType.FP32);
    input.setData(numbers, binary);
    return input;
  }
}
