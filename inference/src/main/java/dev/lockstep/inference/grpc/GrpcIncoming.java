package dev.lockstep.inference.grpc;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.serving.Budget;
import dev.lockstep.inference.serving.Incoming;
import dev.lockstep.inference.telemetry.Trace;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A request by gRPC.
 *
 * @param deadline the caller's own, which gRPC carries with the call
 * @param said what the caller says in HTTP's header, which is metadata here
 * @param gone cancelled when the call is
 */
record GrpcIncoming(
    Tenant tenant,
    Trace trace,
    Optional<Deadline> deadline,
    Optional<String> said,
    Cancellation gone,
    long bodyBytes)
    implements Incoming {

  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of(Budget.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  /** The call that is being handled on this thread. */
  static GrpcIncoming of(Metadata headers, Cancellation gone) {
    return new GrpcIncoming(
        Optional.ofNullable(CallKeys.TENANT.get()).orElse(Tenant.ANYBODY),
        CallRecords.TRACE.get(),
        Optional.ofNullable(Context.current().getDeadline()),
        Optional.ofNullable(headers.get(TIMEOUT)),
        gone,
        /* bodyBytes= */ -1);
  }

  GrpcIncoming withBody(long bytes) {
    return new GrpcIncoming(tenant, trace, deadline, said, gone, bytes);
  }

  /**
   * The shorter of the two, where the caller says both; a deadline is by now what is left of it.
   */
  @Override
  public Optional<Duration> budget() {
    Optional<Duration> header = said.map(Budget::parse);
    Optional<Duration> left =
        deadline.map(until -> Duration.ofNanos(until.timeRemaining(TimeUnit.NANOSECONDS)));
    return left.map(time -> shorter(time, header.orElse(Budget.LONGEST))).or(() -> header);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  @Override
  public Runnable whenGone(Cancellation cancellation) {
    gone.onCancel(cancellation::cancel);
    // A call ends with its request; there is nothing to stop watching.
    return () -> {};
  }
}
