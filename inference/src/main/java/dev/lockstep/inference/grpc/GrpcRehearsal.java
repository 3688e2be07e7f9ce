package dev.lockstep.inference.grpc;

import com.google.protobuf.ByteString;
import dev.lockstep.inference.grpc.oip.GRPCInferenceServiceGrpc;
import dev.lockstep.inference.grpc.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.lockstep.inference.grpc.oip.ModelInferRequest;
import dev.lockstep.inference.grpc.oip.ModelInferRequest.InferInputTensor;
import dev.lockstep.inference.grpc.oip.ModelMetadataRequest;
import dev.lockstep.inference.grpc.oip.ModelMetadataResponse;
import dev.lockstep.inference.grpc.oip.ModelMetadataResponse.TensorMetadata;
import dev.lockstep.inference.grpc.oip.ServerReadyRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a server that has just started what its first clients by gRPC will ask. */
public final class GrpcRehearsal {
  private static final int PATIENCE_SECONDS = 30;

  private static final long TOKENS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(GrpcRehearsal.class);

  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingStub stub;
  private int answers;

  private GrpcRehearsal(ManagedChannel channel, Optional<String> key) {
    this.channel = channel;
    Metadata headers = new Metadata();
    key.ifPresent(secret -> headers.put(CallKeys.AUTHORIZATION, "Bearer " + secret));
    this.stub =
        GRPCInferenceServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * Rehearses.
   *
   * @param key where one is needed
   * @return how many calls were answered
   * @throws IllegalStateException when the server does not answer
   */
  public static int perform(int port, Optional<String> key, String model, int rounds) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
    try {
      return new GrpcRehearsal(channel, key).perform(model, rounds);
    } catch (StatusRuntimeException failed) {
      throw new IllegalStateException("the rehearsal by gRPC failed", failed);
    } finally {
      channel.shutdownNow();
    }
  }

  private int perform(String model, int rounds) {
    HealthCheckRequest health = HealthCheckRequest.getDefaultInstance();
    ModelMetadataRequest about = ModelMetadataRequest.newBuilder().setName(model).build();
    ModelInferRequest infer = request(patient().modelMetadata(about));
    for (int round = 0; round < rounds; round++) {
      ask(() -> HealthGrpc.newBlockingStub(channel).check(health));
      ask(() -> patient().serverReady(ServerReadyRequest.getDefaultInstance()));
      ask(() -> patient().modelMetadata(about));
      ask(() -> patient().modelInfer(infer));
    }
    return answers;
  }

  private GRPCInferenceServiceBlockingStub patient() {
    return stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Whatever the status, if it is the server's: refusals are paths of it too. */
  private void ask(Supplier<?> call) {
    try {
      Object _ = call.get();
    } catch (StatusRuntimeException refused) {
      switch (refused.getStatus().getCode()) {
        case UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED -> throw refused;
        default -> LOG.debug("refused in rehearsal", refused);
      }
    }
    answers++;
  }

  /** A row of what the model takes; for a text model it is one of three tokens. */
  private static ModelInferRequest request(ModelMetadataResponse model) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(model.getName());
    for (TensorMetadata input : model.getInputsList()) {
      List<Long> shape = shape(input.getShapeList());
      request
          .addInputs(
              InferInputTensor.newBuilder()
                  .setName(input.getName())
                  .setDatatype(input.getDatatype())
                  .addAllShape(shape))
          .addRawInputContents(ones(shape.stream().reduce(1L, Math::multiplyExact)));
    }
    return request.build();
  }

  private static List<Long> shape(List<Long> declared) {
    List<Long> shape = new ArrayList<>();
    for (long size : declared) {
      long any = shape.isEmpty() ? 1 : TOKENS;
      shape.add(size > 0 ? size : any);
    }
    return shape;
  }

  private static ByteString ones(long elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(elements * Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putLong(1);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
