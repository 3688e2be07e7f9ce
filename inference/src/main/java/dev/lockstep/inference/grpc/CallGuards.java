package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.Connections;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.netty.util.Timer;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each call its {@link CallGuard}, and lets nobody in for whom there is no room. */
final class CallGuards extends ServerStreamTracer.Factory implements ServerInterceptor {
  private final Connections connections;
  private final Timer timer;
  private final AtomicInteger open = new AtomicInteger();

  CallGuards(Connections connections, Timer timer) {
    this.connections = connections;
    this.timer = timer;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new CallGuard(connections, timer, open);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CallGuard guard = CallGuard.KEY.get();
    if (guard.isOneTooMany()) {
      connections.metrics().refused();
      Statuses.close(call, ApiException.noRoom("too many calls are under way"));
      return new ServerCall.Listener<>() {};
    }
    guard.whenNoRoom(
        () -> Statuses.close(call, ApiException.noRoom("too many bytes are under way")));
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (!guard.isRefused()) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        guard.hasArrived();
        if (!guard.isRefused()) {
          super.onHalfClose();
        }
      }
    };
  }
}
