package dev.lockstep.inference.grpc;

import com.google.protobuf.Empty;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.util.function.BooleanSupplier;

/**
 * Whether the server can serve, told by the call's status alone: OK, or UNAVAILABLE.
 *
 * <p>For load balancers that look at nothing else, as an Application Load Balancer does, whose
 * target groups know healthy gRPC codes and no messages. {@linkplain HealthService gRPC's own
 * check} answers OK as its protocol asks for, and says in the message that nobody is served: to
 * such a load balancer a task would be healthy from the moment its port is open.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version">Considerations
 *     for the gRPC protocol version</a>
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">GRPC Health
 *     Checking Protocol</a>
 */
final class ReadinessService {
  private static final String NAME = "lockstep.Readiness";

  /** Takes a message without fields and answers with one. */
  static final MethodDescriptor<Empty, Empty> CHECK =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "Check"))
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  private ReadinessService() {}

  static ServerServiceDefinition of(BooleanSupplier ready) {
    return ServerServiceDefinition.builder(NAME)
        .addMethod(
            CHECK,
            ServerCalls.asyncUnaryCall((_, answer) -> {
              if (ready.getAsBoolean()) {
                answer.onNext(Empty.getDefaultInstance());
                answer.onCompleted();
              } else {
                answer.onError(
                    Status.UNAVAILABLE
                        .withDescription("this task takes no requests")
                        .asException());
              }
            }))
        .build();
  }
}
