package dev.lockstep.inference.grpc;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.ApiKeys;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Lets nobody without a key past what is open: whether the server is live and ready. The key is in
 * the metadata as HTTP's is in the headers, {@code authorization: Bearer KEY}.
 */
final class CallKeys implements ServerInterceptor {
  static final Context.Key<Tenant> TENANT = Context.key("lockstep.tenant");

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Set<String> OPEN = Set.of("ServerLive", "ServerReady");

  private final ApiKeys keys;

  CallKeys(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (OPEN.contains(
        Objects.requireNonNullElse(call.getMethodDescriptor().getBareMethodName(), ""))) {
      return next.startCall(call, headers);
    }
    Optional<Tenant> tenant =
        keys.tenant(Objects.requireNonNullElse(headers.get(AUTHORIZATION), ""));
    if (tenant.isEmpty()) {
      Statuses.close(call, ApiException.unauthenticated());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(TENANT, tenant.get()), call, headers, next);
  }
}
