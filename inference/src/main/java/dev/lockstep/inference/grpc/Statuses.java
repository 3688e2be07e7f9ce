package dev.lockstep.inference.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.lockstep.inference.serving.ApiException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.util.Locale;

/**
 * Errors as gRPC has them: a code, a text, and for programs the details of {@code google.rpc}: the
 * reason, the field that is wrong, and when it is worth asking again. The latter is also in {@code
 * grpc-retry-pushback-ms}, which gRPC's own retries obey.
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">Status codes</a>
 * @see <a
 *     href="https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto">
 *     Error details</a>
 * @see <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md">gRPC retry
 *     design: server pushback</a>
 */
final class Statuses {
  private static final String DOMAIN = "lockstep-inference";

  /** Trailers have 8 KiB with most clients, and a text is in them twice. */
  private static final int LONGEST_TEXT = 1_000;

  static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private Statuses() {}

  /** Ends a call with an error of the client's or of the moment. */
  static void close(ServerCall<?, ?> call, ApiException refused) {
    Status status = code(refused.kind()).toStatus().withDescription(text(refused.problem()));
    call.close(status, trailers(status, refused));
  }

  /** Ends a call with an error of the server's own, of which nobody else is told. */
  static void failed(ServerCall<?, ?> call) {
    call.close(
        Status.INTERNAL.withDescription("the server failed; its log says why"), new Metadata());
  }

  private static Status.Code code(ApiException.Kind kind) {
    return switch (kind) {
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
      case EXPIRED, TOO_SLOW -> Status.Code.DEADLINE_EXCEEDED;
      case CALLER_GONE -> Status.Code.CANCELLED;
      case NOT_READY -> Status.Code.UNAVAILABLE;
      case DEVICE_FAILED -> Status.Code.INTERNAL;
    };
  }

  private static String text(String problem) {
    return problem.length() <= LONGEST_TEXT ? problem : problem.substring(0, LONGEST_TEXT) + "...";
  }

  private static Metadata trailers(Status status, ApiException refused) {
    com.google.rpc.Status.Builder details =
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(text(refused.problem()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(refused.code().toUpperCase(Locale.ROOT))
                        .build()));
    if (refused.kind() == ApiException.Kind.INVALID) {
      refused
          .field()
          .ifPresent(field ->
              details.addDetails(
                  Any.pack(
                      BadRequest.newBuilder()
                          .addFieldViolations(
                              BadRequest.FieldViolation.newBuilder().setField(field))
                          .build())));
    }
    Metadata trailers = new Metadata();
    refused
        .retryAfter()
        .ifPresent(after -> {
          details.addDetails(
              Any.pack(
                  RetryInfo.newBuilder()
                      .setRetryDelay(
                          Duration.newBuilder()
                              .setSeconds(after.getSeconds())
                              .setNanos(after.getNano()))
                      .build()));
          trailers.put(
              PUSHBACK, String.valueOf(Math.max(1, Math.ceilDiv(after.toNanos(), 1_000_000))));
        });
    trailers.put(DETAILS, details.build());
    return trailers;
  }
}
