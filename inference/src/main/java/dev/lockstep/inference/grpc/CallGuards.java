package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.Connections;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.netty.util.Timer;
import java.util.concurrent.atomic.AtomicBoolean;
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
    ServerCall<Q, A> once = new EndedOnce<>(call);
    if (guard.isOneTooMany()) {
      connections.metrics().refused();
      Statuses.close(once, ApiException.noRoom("too many calls are under way"));
      return new ServerCall.Listener<>() {};
    }
    guard.whenRefused(why -> Statuses.close(once, why));
    return new SimpleForwardingServerCallListener<>(next.startCall(once, headers)) {
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

  /** Ended by whoever serves it or by its guard, whoever is first; each on a thread of its own. */
  private static final class EndedOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final AtomicBoolean ended = new AtomicBoolean();

    EndedOnce(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (ended.compareAndSet(false, true)) {
        super.close(status, trailers);
      }
    }
  }
}
