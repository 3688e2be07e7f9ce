package dev.lockstep.inference.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.grpc.oip.GRPCInferenceServiceGrpc;
import dev.lockstep.inference.grpc.oip.ModelInferResponse;
import dev.lockstep.inference.grpc.oip.ModelMetadataRequest;
import dev.lockstep.inference.grpc.oip.ModelMetadataResponse;
import dev.lockstep.inference.grpc.oip.ModelMetadataResponse.TensorMetadata;
import dev.lockstep.inference.grpc.oip.ModelReadyRequest;
import dev.lockstep.inference.grpc.oip.ModelReadyResponse;
import dev.lockstep.inference.grpc.oip.ServerLiveRequest;
import dev.lockstep.inference.grpc.oip.ServerLiveResponse;
import dev.lockstep.inference.grpc.oip.ServerMetadataRequest;
import dev.lockstep.inference.grpc.oip.ServerMetadataResponse;
import dev.lockstep.inference.grpc.oip.ServerReadyRequest;
import dev.lockstep.inference.grpc.oip.ServerReadyResponse;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.Exchange;
import dev.lockstep.inference.serving.ModelDirectory;
import dev.lockstep.inference.serving.RequestGuard;
import dev.lockstep.inference.serving.ServerVersion;
import dev.lockstep.inference.telemetry.RequestMetrics;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * {@code inference.GRPCInferenceService}.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_grpc.md">The
 *     protocol</a>
 */
@Singleton
final class InferenceService {
  static final String NAME = GRPCInferenceServiceGrpc.SERVICE_NAME;

  private static final RequestMetrics.Endpoint ENDPOINT = RequestMetrics.Endpoint.INFER_GRPC;

  private final ModelDirectory directory;
  private final RequestGuard guard;

  InferenceService(ModelDirectory directory, RequestGuard guard) {
    this.directory = directory;
    this.guard = guard;
  }

  private record Answer(
      ServedModel model,
      Optional<String> id,
      boolean raw,
      List<TensorSpec> wanted,
      Map<String, Tensor> outputs) {}

  /** Its methods, each with its messages as they come. */
  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(NAME)
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getServerLiveMethod()),
            UnaryCalls.handler(asking(ServerLiveRequest.parser(), this::live)))
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getServerReadyMethod()),
            UnaryCalls.handler(asking(ServerReadyRequest.parser(), this::ready)))
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getModelReadyMethod()),
            UnaryCalls.handler(asking(ModelReadyRequest.parser(), this::modelReady)))
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getServerMetadataMethod()),
            UnaryCalls.handler(asking(ServerMetadataRequest.parser(), this::server)))
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getModelMetadataMethod()),
            UnaryCalls.handler(asking(ModelMetadataRequest.parser(), this::model)))
        .addMethod(
            raw(GRPCInferenceServiceGrpc.getModelInferMethod()), UnaryCalls.handler(this::infer))
        .build();
  }

  private static <A> MethodDescriptor<Body, A> raw(MethodDescriptor<?, A> method) {
    return method.toBuilder(Body.MARSHALLER, method.getResponseMarshaller()).build();
  }

  /** A question that is answered at once, on the event loop. */
  private static <Q extends Message, A> UnaryCalls.Door<A> asking(
      Parser<Q> parser, Function<Q, A> answer) {
    return _ -> (request, reply) -> reply.send(answer.apply(parsed(parser, request)));
  }

  private static <Q extends Message> Q parsed(Parser<Q> parser, byte[] request) {
    try {
      return parser.parseFrom(request);
    } catch (InvalidProtocolBufferException _) {
      throw ApiException.unreadable("the message is not the one that the method takes");
    }
  }

  /** False when the device hangs, never because it is busy. */
  private ServerLiveResponse live(ServerLiveRequest question) {
    return ServerLiveResponse.newBuilder().setLive(directory.isLive()).build();
  }

  private ServerReadyResponse ready(ServerReadyRequest question) {
    return ServerReadyResponse.newBuilder().setReady(directory.isReady()).build();
  }

  /** Of a model that is there and does not serve the answer is no; one that is not is not found. */
  private ModelReadyResponse modelReady(ModelReadyRequest question) {
    ModelReadyResponse.Builder answer = ModelReadyResponse.newBuilder();
    try (Lease _ = directory.lease(question.getName(), InferMessage.said(question.getVersion()))) {
      return answer.setReady(directory.isReady()).build();
    } catch (ApiException refused) {
      if (directory.isUnready(question.getName())) {
        return answer.setReady(false).build();
      }
      throw refused;
    }
  }

  private ServerMetadataResponse server(ServerMetadataRequest question) {
    return ServerMetadataResponse.newBuilder()
        .setName(ServerVersion.NAME)
        .setVersion(ServerVersion.VERSION)
        .build();
  }

  private ModelMetadataResponse model(ModelMetadataRequest question) {
    try (Lease lease =
        directory.lease(question.getName(), InferMessage.said(question.getVersion()))) {
      ServedModel model = lease.model();
      return ModelMetadataResponse.newBuilder()
          .setName(model.card().name())
          .addAllVersions(ModelDirectory.versions(model))
          .setPlatform(ModelDirectory.PLATFORM)
          .addAllInputs(specs(model.tensors().inputs()))
          .addAllOutputs(specs(model.tensors().outputs()))
          .build();
    }
  }

  private static List<TensorMetadata> specs(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec ->
            TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.type().name())
                .addAllShape(spec.shape())
                .build())
        .toList();
  }

  private UnaryCalls.Work<ModelInferResponse> infer(Metadata headers) {
    Cancellation gone = new Cancellation();
    GrpcIncoming incoming = GrpcIncoming.of(headers, gone);
    Optional<ApiException> refused = guard.atDoor(incoming, ENDPOINT);
    if (refused.isPresent()) {
      throw refused.get();
    }
    return new UnaryCalls.Work<>() {
      @Override
      public void begin(byte[] request, UnaryCalls.Reply<ModelInferResponse> reply) {
        infer(incoming.withBody(request.length), request, reply);
      }

      @Override
      public void cancel() {
        gone.cancel();
      }
    };
  }

  private void infer(
      GrpcIncoming incoming, byte[] request, UnaryCalls.Reply<ModelInferResponse> reply) {
    CompletableFuture<ModelInferResponse> served =
        guard.serve(
            incoming,
            ENDPOINT,
            exchange -> run(exchange, InferMessage.parse(request)),
            answer ->
                InferReply.write(
                    answer.model().card(),
                    answer.id(),
                    answer.raw(),
                    answer.wanted(),
                    answer.outputs()));
    CompletableFuture<ModelInferResponse> _ =
        served.whenComplete((response, problem) -> {
          if (problem != null) {
            reply.fail(problem);
          } else {
            reply.send(response);
          }
        });
  }

  private static CompletionStage<Answer> run(Exchange exchange, InferMessage request) {
    ServedModel model = exchange.model(request.model(), request.version());
    List<TensorSpec> wanted = request.wanted(model.tensors().outputs());
    Caller caller = exchange.charge(model.tensors().predict(request.inputs()));
    return model
        .tensors()
        .infer(request.inputs(), caller)
        .thenApply(outputs -> new Answer(model, request.id(), request.raw(), wanted, outputs));
  }
}
