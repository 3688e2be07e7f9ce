package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.serving.BinaryTensors;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An inference response on the wire: a JSON object, and behind it the tensors that were wanted in
 * the binary form, in the order of the JSON's outputs.
 *
 * @param body all of it
 * @param jsonBytes the length of the JSON, said only where something follows it
 */
// Made once and handed to the socket; nobody compares it.
@SuppressWarnings("ArrayRecordComponent")
record InferResponse(byte[] body, Optional<Integer> jsonBytes) {

  /**
   * Writes a response.
   *
   * @param id the request's, if it had one
   * @param wanted outputs in the order in which they are written
   * @param outputs what the model gave, by name
   */
  static InferResponse write(
      JsonMapper json,
      ModelCard model,
      Optional<String> id,
      List<InferRequest.Wanted> wanted,
      Map<String, Tensor> outputs) {
    List<Map<String, Object>> written = new ArrayList<>();
    List<Tensor> binary = new ArrayList<>();
    for (InferRequest.Wanted output : wanted) {
      Tensor tensor =
          Objects.requireNonNull(
              outputs.get(output.name()), () -> "the model did not give " + output.name());
      if (output.binary()) {
        binary.add(tensor);
        written.add(behindTheJson(output.name(), tensor));
      } else {
        written.add(JsonTensors.write(output.name(), tensor));
      }
    }
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("model_name", model.name());
    response.put("model_version", model.version());
    id.ifPresent(said -> response.put("id", said));
    response.put("outputs", written);
    return join(bytes(json, response), binary);
  }

  private static Map<String, Object> behindTheJson(String name, Tensor tensor) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("name", name);
    written.put("datatype", tensor.type().name());
    written.put("shape", tensor.shape());
    written.put("parameters", Map.of("binary_data_size", BinaryTensors.size(tensor)));
    return written;
  }

  private static byte[] bytes(JsonMapper json, Map<String, Object> response) {
    try {
      return json.writeValueAsBytes(response);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static InferResponse join(byte[] header, List<Tensor> binary) {
    if (binary.isEmpty()) {
      return new InferResponse(header, Optional.empty());
    }
    long size = header.length + binary.stream().mapToLong(BinaryTensors::size).sum();
    ByteBuffer body = ByteBuffer.allocate(Math.toIntExact(size));
    body.put(header);
    binary.forEach(tensor -> BinaryTensors.write(tensor, body));
    return new InferResponse(body.array(), Optional.of(header.length));
  }
}
