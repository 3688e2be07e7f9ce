package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.BinaryTensors;
import dev.lockstep.inference.serving.RequestedOutputs;
import dev.lockstep.inference.serving.Unserved;
import io.micronaut.json.JsonMapper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An inference request of the Open Inference Protocol, each of its tensors in JSON or in the binary
 * form. Pure: bytes in, a request or an {@link ApiException} of status 400 out, whatever the bytes.
 *
 * @param inputs by name, in the request's order
 * @param outputs those asked for, in that order; empty for all that the model gives
 * @param binaryOutputs how outputs are written that do not say it themselves
 */
record InferRequest(
    Optional<String> id,
    Map<String, Tensor> inputs,
    Optional<List<Output>> outputs,
    boolean binaryOutputs) {

  private static final String BINARY_SIZE = "binary_data_size";

  /**
   * An output that was asked for by name.
   *
   * @param path where in the request
   * @param binary whether in the binary form, when the request says it of this output
   */
  record Output(String name, String path, Optional<Boolean> binary)
      implements RequestedOutputs.Named {}

  /** An output that the model has, and the form in which it is wanted. */
  record Wanted(String name, boolean binary) {}

  /**
   * Reads a request.
   *
   * @param frameHeader the value of {@link InferFrame#HEADER}, when it was sent
   * @throws ApiException 400, naming the field, what was seen and what is allowed
   */
  static InferRequest parse(JsonMapper json, byte[] body, Optional<String> frameHeader) {
    InferFrame.Cut frame =
        switch (InferFrame.of(body, frameHeader)) {
          case InferFrame.Cut cut -> cut;
          case InferFrame.Malformed(String problem) ->
              throw ApiException.invalid(InferFrame.HEADER, problem);
        };
    Fields request = Fields.parse(json, body, frame.jsonBytes());
    Parameters parameters = Parameters.of(request);
    parameters.refuse(Unserved.OF_REQUESTS);
    Map<String, Tensor> inputs = inputs(request, frame.tensors(), frameHeader.isPresent());
    return new InferRequest(
        request.optionalText("id"),
        inputs,
        outputs(request),
        parameters.flag("binary_data_output").orElse(false));
  }

  private static Map<String, Tensor> inputs(Fields request, ByteBuffer rest, boolean framed) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Fields input : request.objects("inputs")) {
      String name = input.text("name");
      Parameters parameters = Parameters.of(input);
      parameters.refuse(Unserved.OF_INPUTS);
      OptionalLong binary = parameters.whole(BINARY_SIZE);
      if (binary.isPresent() && !framed) {
        throw parameters.invalid(
            BINARY_SIZE, "needs the header %s, which was not sent".formatted(InferFrame.HEADER));
      }
      Tensor tensor =
          binary.isPresent()
              ? binary(input, take(parameters, binary.getAsLong(), rest))
              : JsonTensors.read(input);
      if (inputs.put(name, tensor) != null) {
        throw ApiException.invalid(input.pathOf("name"), "is that of an input before it");
      }
    }
    if (rest.hasRemaining()) {
      throw ApiException.invalid(
          "inputs",
          "leave %d bytes of the body over; the %s of all must reach its end"
              .formatted(rest.remaining(), BINARY_SIZE));
    }
    return inputs;
  }

  private static ByteBuffer take(Parameters parameters, long size, ByteBuffer rest) {
    if (size < 0 || size > rest.remaining()) {
      throw parameters.invalid(
          BINARY_SIZE, "is %d; the body has %d bytes left".formatted(size, rest.remaining()));
    }
    ByteBuffer data = rest.slice(rest.position(), (int) size);
    rest.position(rest.position() + (int) size);
    return data;
  }

  private static Tensor binary(Fields input, ByteBuffer data) {
    if (input.optional("data").isPresent()) {
      throw ApiException.invalid(
          input.pathOf("data"),
          "is given beside %s; one of the two is allowed".formatted(BINARY_SIZE));
    }
    return switch (BinaryTensors.read(JsonTensors.type(input), JsonTensors.shape(input), data)) {
      case BinaryTensors.Read.Whole(Tensor tensor) -> tensor;
      case BinaryTensors.Read.Malformed(String problem) ->
          throw ApiException.invalid(input.path(), problem);
    };
  }

  private static Optional<List<Output>> outputs(Fields request) {
    if (request.optional("outputs").isEmpty()) {
      return Optional.empty();
    }
    List<Output> outputs = new ArrayList<>();
    for (Fields output : request.objects("outputs")) {
      Parameters parameters = Parameters.of(output);
      parameters.refuse(Unserved.OF_OUTPUTS);
      outputs.add(
          new Output(output.text("name"), output.pathOf("name"), parameters.flag("binary_data")));
    }
    return Optional.of(outputs);
  }

  /**
   * Which outputs are written and how, before anything runs.
   *
   * @param given what the model gives
   * @throws ApiException 400 when one is not known, asked for twice, or has no form in JSON
   */
  List<Wanted> wanted(List<TensorSpec> given) {
    List<Output> asked =
        outputs.orElseGet(() ->
            given.stream()
                .map(spec -> new Output(spec.name(), "outputs", Optional.empty()))
                .toList());
    List<TensorSpec> meant = RequestedOutputs.among(given, asked);
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Output output = asked.get(i);
      ElementType type = meant.get(i).type();
      boolean binary = output.binary().orElse(binaryOutputs);
      if (!binary && !JsonTensors.hasForm(type)) {
        throw withoutJsonForm(output, type);
      }
      wanted.add(new Wanted(output.name(), binary));
    }
    return wanted;
  }

  private static ApiException withoutJsonForm(Output output, ElementType type) {
    return ApiException.invalid(
        output.path(),
        "'%s' is %s, which has no form in JSON; ask for it with the parameter binary_data"
            .formatted(output.name(), type));
  }
}
