package dev.lockstep.inference.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.grpc.oip.ModelInferResponse;
import dev.lockstep.inference.grpc.oip.ModelInferResponse.InferOutputTensor;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.serving.BinaryTensors;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a model gave, as a protocol buffer. */
final class InferReply {
  private InferReply() {}

  /**
   * Writes a response: raw when the request was, or when one of the outputs has no other form, for
   * raw is all of them or none.
   *
   * @param id the request's, if it had one
   * @param rawRequest whether it was raw
   * @param wanted outputs in the order in which they are written
   * @param outputs what the model gave, by name
   */
  static ModelInferResponse write(
      ModelCard model,
      Optional<String> id,
      boolean rawRequest,
      List<TensorSpec> wanted,
      Map<String, Tensor> outputs) {
    boolean raw =
        rawRequest || wanted.stream().anyMatch(spec -> !TypedTensors.hasForm(spec.type()));
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(model.name())
            .setModelVersion(model.version())
            .setId(id.orElse(""));
    for (TensorSpec spec : wanted) {
      Tensor tensor =
          Objects.requireNonNull(
              outputs.get(spec.name()), () -> "the model did not give " + spec.name());
      InferOutputTensor.Builder output =
          InferOutputTensor.newBuilder()
              .setName(spec.name())
              .setDatatype(tensor.type().name())
              .addAllShape(tensor.shape());
      if (raw) {
        response.addRawOutputContents(raw(tensor));
      } else {
        output.setContents(TypedTensors.write(tensor));
      }
      response.addOutputs(output);
    }
    return response.build();
  }

  /** Numbers are not copied: the tensor is nobody else's any more. */
  private static ByteString raw(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Numbers numbers -> UnsafeByteOperations.unsafeWrap(numbers.data());
      case Tensor.Strings strings -> {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(BinaryTensors.size(strings)));
        BinaryTensors.write(strings, bytes);
        yield UnsafeByteOperations.unsafeWrap(bytes.flip());
      }
    };
  }
}
