package dev.lockstep.inference.http;

import static dev.lockstep.inference.http.Json.at;
import static dev.lockstep.inference.http.Json.parse;
import static dev.lockstep.inference.http.Json.text;
import static dev.lockstep.inference.http.TensorServer.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.engine.ElementType;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of every type through the Open Inference Protocol, as JSON and as bytes. */
final class TensorFormsTest {
  @TempDir static Path models;

  private static TensorServer server;

  @BeforeAll
  static void serve() {
    server = TensorServer.start(models);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeGoesThroughInTheBinaryFormUnchanged(ElementType type) throws IOException {
    byte[] tensor =
        type == ElementType.BYTES
            ? strings("", "one", "zwei", "\uD83C\uDFB8")
            : numbers(4 * type.bytes(), type);
    String header =
        """
        {"id":"7","parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[2,2],\
        "datatype":"%s","parameters":{"binary_data_size":%d}}]}\
        """
            .formatted(type, tensor.length);

    HttpResponse<byte[]> response =
        server.binary("/v2/models/" + type + "/versions/3/infer", header, tensor);

    assertThat(response.statusCode())
        .as(new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
    int json = Integer.parseInt(response.headers().firstValue(InferFrame.HEADER).orElseThrow());
    JsonNode answer = parse(new String(response.body(), 0, json, StandardCharsets.UTF_8));
    assertThat(text(answer, "id")).isEqualTo("7");
    assertThat(text(answer, "model_name")).isEqualTo(type.name());
    assertThat(text(answer, "model_version")).isEqualTo("3");
    JsonNode output = at(answer, "outputs", 0);
    assertThat(text(output, "datatype")).isEqualTo(type.name());
    assertThat(at(output, "parameters", "binary_data_size").getIntValue()).isEqualTo(tensor.length);
    assertThat(output.get("data")).isNull();
    assertThat(Arrays.copyOfRange(response.body(), json, response.body().length)).isEqualTo(tensor);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BOOL  | [true,false]
          UINT8 | [0,255]
          INT8  | [-128,127]
          INT16 | [-32768,32767]
          INT32 | [-2147483648,2147483647]
          INT64 | [-9223372036854775808,9223372036854775807]
          FP32  | [1.5,-3.4028235E38]
          FP32  | ["NaN","-Infinity"]
          FP64  | [0.1,1.7976931348623157E308]
          BYTES | ["one","zw\u00f6lf"]
          """)
  void everyTypeThatJsonCanCarryGoesThroughInJson(String type, String data) throws IOException {
    JsonNode answer =
        server.ok(
            server.post(
                "/v2/models/" + type + "/infer",
                """
                {"inputs":[{"name":"x","shape":[1,2],"datatype":"%s","data":[%s]}]}\
                """
                    .formatted(type, data)));

    assertThat(at(answer, "outputs", 0, "data")).isEqualTo(parse(data));
  }

  @Test
  void jsonAndBinaryTensorsMixAndOutputsComeInTheOrderAskedFor() throws IOException {
    byte[] right = floats(10, 20);
    byte[] halves = {0, 0x3c, 0, 0x40};
    String header =
        """
        {"inputs":[
          {"name":"right","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},
          {"name":"left","shape":[2],"datatype":"FP32","data":[1,2]},
          {"name":"halves","shape":[2],"datatype":"FP16","parameters":{"binary_data_size":4}}],
         "outputs":[{"name":"half","parameters":{"binary_data":true}},
          {"name":"product"},
          {"name":"sum","parameters":{"binary_data":true}}]}\
        """;

    HttpResponse<byte[]> response =
        server.binary("/v2/models/arithmetic/infer", header, join(right, halves));

    assertThat(response.statusCode())
        .as(new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    int json = Integer.parseInt(response.headers().firstValue(InferFrame.HEADER).orElseThrow());
    JsonNode outputs =
        at(parse(new String(response.body(), 0, json, StandardCharsets.UTF_8)), "outputs");
    assertThat(text(outputs, 0, "name")).isEqualTo("half");
    assertThat(at(outputs, 1, "data")).isEqualTo(parse("[10.0,40.0]"));
    assertThat(text(outputs, 2, "name")).isEqualTo("sum");
    assertThat(Arrays.copyOfRange(response.body(), json, response.body().length))
        .isEqualTo(join(halves, floats(11, 22)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [{"name":"quotient"}]               | outputs[0].name is 'quotient'; the model gives [sum, product, half]
          [{"name":"sum"},{"name":"sum"}]     | outputs[1].name is that of an output before it
          [{"name":"sum"},{"name":"half"}]    | outputs[1].name 'half' is FP16, which has no form in JSON; ask for it with the parameter binary_data
          [{"name":"sum","parameters":{"classification":3}}] | outputs[0].parameters.classification is not served; ask for the tensor itself
          """)
  void anOutputThatCannotBeGivenIsRefusedBeforeAnythingRuns(String outputs, String problem)
      throws IOException {
    HttpResponse<String> response =
        server.post(
            "/v2/models/arithmetic/infer", "{\"inputs\":[],\"outputs\":%s}".formatted(outputs));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(parse(response.body()), "error")).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          many | 16 | 16 | Inference-Header-Content-Length is no number; the JSON has from 0 to 110 bytes, as many as the body
          -1   | 16 | 16 | Inference-Header-Content-Length is no number; the JSON has from 0 to 110 bytes, as many as the body
          111  | 16 | 16 | Inference-Header-Content-Length is 111; the JSON has from 0 to 110 bytes, as many as the body
          0    | 16 | 16 | the body is not JSON
          94   | 15 | 15 | inputs[0] has 15 bytes; 4 elements of FP32 are 16
          94   | 17 | 16 | inputs[0].parameters.binary_data_size is 17; the body has 16 bytes left
          94   | 16 | 18 | inputs leave 2 bytes of the body over; the binary_data_size of all must reach its end
          94   | -1 | 16 | inputs[0].parameters.binary_data_size is -1; the body has 16 bytes left
          95   | 1.5 | 16 | inputs[0].parameters.binary_data_size must be a whole number
          """)
  void aFrameThatDoesNotAddUpIsRefusedByItsField(
      String header, String size, int tensorBytes, String problem) throws IOException {
    String json =
        """
        {"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":%s}}]}\
        """
            .formatted(size);
    byte[] body = join(json.getBytes(StandardCharsets.UTF_8), new byte[tensorBytes]);

    HttpResponse<byte[]> response =
        server.send("/v2/models/FP32/infer", body, InferFrame.HEADER, header);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(text(parse(new String(response.body(), StandardCharsets.UTF_8)), "error"))
        .isEqualTo(problem);
  }

  @Test
  void aBinaryTensorWithoutTheHeaderOrBesideItsDataIsRefused() throws IOException {
    String beside =
        """
        {"inputs":[{"name":"x","shape":[1,2],"datatype":"UINT8","data":[1,2],\
        "parameters":{"binary_data_size":2}}]}\
        """;

    assertThat(server.error(server.post("/v2/models/UINT8/infer", beside)))
        .isEqualTo(
            "inputs[0].parameters.binary_data_size needs the header"
                + " Inference-Header-Content-Length, which was not sent");
    assertThat(server.binary("/v2/models/UINT8/infer", beside, new byte[2]).body())
        .asString(StandardCharsets.UTF_8)
        .contains("inputs[0].data is given beside binary_data_size; one of the two is");
  }

  private static byte[] numbers(int length, ElementType type) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (type == ElementType.BOOL ? i & 1 : 29 * i + 1);
    }
    return bytes;
  }

  private static byte[] strings(String... strings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String string : strings) {
      byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }
    return bytes.toByteArray();
  }

  private static byte[] floats(float... floats) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    return bytes.array();
  }
}
