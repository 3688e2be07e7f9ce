package dev.lockstep.inference.grpc;

import dev.lockstep.inference.telemetry.CallLog;
import dev.lockstep.inference.telemetry.CallTraces;
import dev.lockstep.inference.telemetry.Trace;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Traces and logs calls, where the operator wants either. Before all else, so that what is refused
 * is told too.
 */
final class CallRecords implements ServerInterceptor {
  static final Context.Key<Trace> TRACE = Context.keyWithDefault("lockstep.trace", Trace.NONE);

  private final Optional<CallTraces> traces;
  private final Optional<CallLog> log;

  CallRecords(Optional<CallTraces> traces, Optional<CallLog> log) {
    this.traces = traces;
    this.log = log;
  }

  /** Whether there is anything to do. */
  boolean isWanted() {
    return traces.isPresent() || log.isPresent();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Function<String, Optional<String>> header = name -> value(headers, name);
    Trace trace =
        traces
            .filter(_ -> isForPeople(call))
            .map(begun -> begun.begin(method, header))
            .orElse(Trace.NONE);
    long start = System.nanoTime();
    AtomicBoolean ended = new AtomicBoolean();
    Consumer<Status.Code> end =
        status -> {
          if (ended.compareAndSet(false, true)) {
            traces.ifPresent(begun -> begun.end(trace, status.value(), status.name()));
            log.ifPresent(lines ->
                lines.write(method, status.name(), System.nanoTime() - start, trace, header));
          }
        };
    ServerCall.Listener<Q> listener =
        Contexts.interceptCall(
            Context.current().withValue(TRACE, trace), new Told<>(call, end), headers, next);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        end.accept(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  private static Optional<String> value(Metadata headers, String name) {
    return Optional.ofNullable(
        headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }

  /** Load balancers ask all day, and nobody looks for their traces. */
  private static boolean isForPeople(ServerCall<?, ?> call) {
    return Objects.equals(call.getMethodDescriptor().getServiceName(), InferenceService.NAME)
        && !Objects.requireNonNullElse(call.getMethodDescriptor().getBareMethodName(), "")
            .startsWith("Server");
  }

  private static final class Told<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Consumer<Status.Code> end;

    Told(ServerCall<Q, A> call, Consumer<Status.Code> end) {
      super(call);
      this.end = end;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end.accept(status.getCode());
      super.close(status, trailers);
    }
  }
}
