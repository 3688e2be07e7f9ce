package dev.lockstep.inference.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.grpc.oip.InferParameter;
import dev.lockstep.inference.grpc.oip.ModelInferRequest;
import dev.lockstep.inference.grpc.oip.ModelInferRequest.InferInputTensor;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.BinaryTensors;
import dev.lockstep.inference.serving.RequestedOutputs;
import dev.lockstep.inference.serving.Unserved;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An inference request of the Open Inference Protocol, as a protocol buffer. Pure: bytes in, a
 * request or an {@link ApiException} of the kind INVALID out, whatever the bytes.
 *
 * @param model as the client named it
 * @param inputs by name, in the request's order
 * @param outputs those asked for, in that order; empty for all that the model gives
 * @param raw whether the tensors came raw, and so are to be answered raw
 */
record InferMessage(
    String model,
    Optional<String> version,
    Optional<String> id,
    Map<String, Tensor> inputs,
    List<Output> outputs,
    boolean raw) {

  /**
   * Inputs, outputs, raw contents and parameters. An empty one is two bytes on the wire and some
   * hundred on the heap; no model has so many.
   */
  static final int MOST_PARTS = 4_096;

  /** ONNX Runtime takes fewer, and a complaint repeats them. */
  static final int MOST_DIMENSIONS = 64;

  /** What nobody here knows is not kept either. */
  private static final Parser<ModelInferRequest> PARSER =
      DiscardUnknownFieldsParser.wrap(ModelInferRequest.parser());

  /** An output that was asked for by name, and where in the request. */
  record Output(String name, String path) implements RequestedOutputs.Named {}

  /**
   * Reads a request. Raw tensors are not copied but seen where they lie.
   *
   * @throws ApiException of the kind INVALID, naming the field, what was seen and what is allowed
   */
  static InferMessage parse(byte[] bytes) {
    ModelInferRequest request = message(bytes);
    refuse("parameters", request.getParametersMap(), Unserved.OF_REQUESTS);
    boolean raw = request.getRawInputContentsCount() > 0;
    return new InferMessage(
        request.getModelName(),
        said(request.getModelVersion()),
        said(request.getId()),
        inputs(request, raw),
        outputs(request),
        raw);
  }

  private static ModelInferRequest message(byte[] bytes) {
    try {
      requireFewParts(bytes);
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(true);
      ModelInferRequest request = PARSER.parseFrom(in);
      in.checkLastTagWas(0);
      return request;
    } catch (IOException _) {
      // Its message says where in terms of nobody's message.
      throw ApiException.unreadable("the message is no ModelInferRequest");
    }
  }

  private static void requireFewParts(byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    int parts = 0;
    for (int tag = in.readTag(); tag != 0 && in.skipField(tag); tag = in.readTag()) {
      parts++;
      if (parts > MOST_PARTS) {
        throw ApiException.unreadable("the message has more than %d fields".formatted(MOST_PARTS));
      }
    }
  }

  /** Protocol buffers do not tell a text that is empty from none. */
  static Optional<String> said(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static void refuse(
      String path, Map<String, InferParameter> parameters, Map<String, String> reasons) {
    reasons.forEach((name, reason) -> {
      if (parameters.containsKey(name)) {
        throw ApiException.invalid(path + "." + name, reason);
      }
    });
  }

  private static Map<String, Tensor> inputs(ModelInferRequest request, boolean raw) {
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw ApiException.invalid(
          "raw_input_contents",
          "has %d entries; there are %d inputs, and each has one"
              .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor input = request.getInputs(i);
      String path = "inputs[%d]".formatted(i);
      refuse(path + ".parameters", input.getParametersMap(), Unserved.OF_INPUTS);
      Tensor tensor = raw ? raw(request, i, path) : typed(input, path);
      if (inputs.put(input.getName(), tensor) != null) {
        throw ApiException.invalid(path + ".name", "is that of an input before it");
      }
    }
    return inputs;
  }

  private static Tensor raw(ModelInferRequest request, int i, String path) {
    InferInputTensor input = request.getInputs(i);
    if (input.hasContents()) {
      throw ApiException.invalid(
          path + ".contents", "is given beside raw_input_contents; one of the two is allowed");
    }
    ElementType type = type(input, path);
    List<Long> shape = shape(input, path);
    return switch (BinaryTensors.read(
        type, shape, request.getRawInputContents(i).asReadOnlyByteBuffer())) {
      case BinaryTensors.Read.Whole(Tensor tensor) -> tensor;
      case BinaryTensors.Read.Malformed(String problem) ->
          throw ApiException.invalid("raw_input_contents[%d]".formatted(i), problem);
    };
  }

  private static Tensor typed(InferInputTensor input, String path) {
    return TypedTensors.read(
        type(input, path), shape(input, path), input.getContents(), path + ".contents");
  }

  private static ElementType type(InferInputTensor input, String path) {
    return ElementType.named(input.getDatatype())
        .orElseThrow(() ->
            ApiException.invalid(
                path + ".datatype",
                "is %s; served are %s"
                    .formatted(
                        ApiException.shown(input.getDatatype()),
                        Arrays.toString(ElementType.values()))));
  }

  private static List<Long> shape(InferInputTensor input, String path) {
    if (input.getShapeCount() > MOST_DIMENSIONS) {
      throw ApiException.invalid(
          path + ".shape",
          "has %d sizes; at most %d are allowed".formatted(input.getShapeCount(), MOST_DIMENSIONS));
    }
    for (int i = 0; i < input.getShapeCount(); i++) {
      if (input.getShape(i) < 0) {
        throw ApiException.invalid(
            "%s.shape[%d]".formatted(path, i), "must be a whole number, 0 or more");
      }
    }
    return List.copyOf(input.getShapeList());
  }

  private static List<Output> outputs(ModelInferRequest request) {
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < request.getOutputsCount(); i++) {
      String path = "outputs[%d]".formatted(i);
      refuse(path + ".parameters", request.getOutputs(i).getParametersMap(), Unserved.OF_OUTPUTS);
      outputs.add(new Output(request.getOutputs(i).getName(), path + ".name"));
    }
    return outputs;
  }

  /**
   * Which outputs are written, before anything runs.
   *
   * @param given what the model gives
   * @throws ApiException of the kind INVALID when one is not known or asked for twice
   */
  List<TensorSpec> wanted(List<TensorSpec> given) {
    return outputs.isEmpty() ? given : RequestedOutputs.among(given, outputs);
  }
}
