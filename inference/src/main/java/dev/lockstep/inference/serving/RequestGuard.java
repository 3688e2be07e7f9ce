package dev.lockstep.inference.serving;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.admission.Verdict;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.batching.Deadline;
import dev.lockstep.inference.batching.DeadlineExceededException;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.engine.InvalidInputException;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.telemetry.RequestMetrics;
import dev.lockstep.inference.text.InvalidTextException;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Stands before every inference, whatever its protocol: only a ready server works, only within its
 * bounds, only until the deadline, and only while somebody waits.
 *
 * <p>The event loop only knocks at the door; {@link HostWork} says who does the rest.
 */
@Singleton
public final class RequestGuard {
  private final Readiness readiness;
  private final Models models;
  private final Batcher batcher;
  private final Admission admission;
  private final RequestMetrics metrics;
  private final HostWork hostWork;
  private final Ticker ticker;
  private final Duration byDefault;

  RequestGuard(
      Readiness readiness,
      Models models,
      Batcher batcher,
      Admission admission,
      RequestMetrics metrics,
      HostWork hostWork,
      Ticker ticker,
      @Property(name = "lockstep.budget", defaultValue = Budget.UNLESS_SET) Duration byDefault) {
    this.readiness = readiness;
    this.models = models;
    this.batcher = batcher;
    this.admission = admission;
    this.metrics = metrics;
    this.hostWork = hostWork;
    this.ticker = ticker;
    this.byDefault = byDefault;
  }

  /**
   * Serves one request.
   *
   * @param work parses and tokenizes at once and ends when the device has; its complaints become
   *     those of the kind INVALID
   * @param writer makes the answer
   */
  public <R, T> CompletableFuture<T> serve(
      Incoming request,
      RequestMetrics.Endpoint endpoint,
      Function<Exchange, CompletionStage<R>> work,
      Function<R, T> writer) {
    RequestMetrics.Arrival arrival = metrics.arrives(endpoint, request.trace());
    try {
      return admitted(request, enter(request, arrival), arrival, work, writer);
    } catch (ApiException refused) {
      arrival.ends(refused.outcome());
      throw refused;
    }
  }

  /**
   * Refuses what would come late however little it asks for. Under overload most requests end here,
   * so that nothing of them is read but their head.
   */
  public Optional<ApiException> atDoor(Incoming request, RequestMetrics.Endpoint endpoint) {
    Optional<Verdict.Refused> tooLate = readiness.admits() ? late(request) : Optional.empty();
    return tooLate.map(late -> {
      RequestMetrics.Arrival arrival = metrics.arrives(endpoint, request.trace());
      ApiException refused = refusal(late, arrival);
      arrival.ends(refused.outcome());
      return refused;
    });
  }

  private Optional<Verdict.Refused> late(Incoming request) {
    Duration delay =
        batcher.roughDelay(admission.expected(length(request)), admission.unsizedWork());
    return Admission.late(delay, budget(request).first());
  }

  private static OptionalLong length(Incoming request) {
    long bytes = request.bodyBytes();
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private Budget budget(Incoming request) {
    return new Budget(request.budget(), byDefault);
  }

  /** Again, because a body may take its time to come. */
  private Admission.Pass enter(Incoming request, RequestMetrics.Arrival arrival) {
    if (!readiness.admits()) {
      arrival.refused(RequestMetrics.NOT_READY);
      throw ApiException.notReady(readiness.phase().name().toLowerCase(Locale.ROOT));
    }
    Optional<Verdict.Refused> late = late(request);
    if (late.isPresent()) {
      throw refusal(late.get(), arrival);
    }
    return switch (admission.enter(request.tenant(), length(request))) {
      case Admission.Entry.Open(Admission.Pass pass) -> pass;
      case Admission.Entry.Shut(Verdict.Refused refused) -> throw refusal(refused, arrival);
    };
  }

  private static ApiException refusal(Verdict.Refused refused, RequestMetrics.Arrival arrival) {
    arrival.refused(refused.reason().name().toLowerCase(Locale.ROOT));
    return ApiException.refused(refused);
  }

  private <R, T> CompletableFuture<T> admitted(
      Incoming request,
      Admission.Pass pass,
      RequestMetrics.Arrival arrival,
      Function<Exchange, CompletionStage<R>> work,
      Function<R, T> writer) {
    Cancellation cancellation = new Cancellation();
    Runnable endWatch = request.whenGone(cancellation);
    Budget budget = budget(request);
    Caller caller =
        new Caller(Deadline.after(ticker, budget.first()), cancellation, arrival.runs());
    Exchange exchange = new Exchange(models, pass, ticker, budget, caller, arrival);
    long bodyBytes = request.bodyBytes();
    return CompletableFuture.supplyAsync(
            () -> {
              exchange.begins();
              return arrival.within(() -> work.apply(exchange));
            },
            hostWork.reader(bodyBytes, budget))
        .thenCompose(Function.identity())
        .thenApplyAsync(writer, hostWork.writer(bodyBytes))
        .exceptionallyCompose(
            problem -> CompletableFuture.failedFuture(translated(problem, arrival)))
        .whenComplete((_, problem) -> {
          exchange.close();
          endWatch.run();
          arrival.ends(outcome(Optional.ofNullable(problem)));
        });
  }

  private static String outcome(Optional<Throwable> problem) {
    return problem
        .map(thrown -> thrown instanceof CompletionException ? thrown.getCause() : thrown)
        .map(thrown -> thrown instanceof ApiException told ? told.outcome() : "failed")
        .orElse(RequestMetrics.SERVED);
  }

  /** What went wrong below, in a protocol's terms. */
  private Throwable translated(Throwable problem, RequestMetrics.Arrival arrival) {
    return switch (problem) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          translated(wrapped.getCause(), arrival);
      case InvalidTextException invalid -> ApiException.invalid(invalid.field(), invalid.problem());
      case InvalidInputException invalid -> ApiException.invalid("inputs", invalid.problem());
      case DeadlineExceededException _ ->
          refusal(new Verdict.Refused(Verdict.Reason.EXPIRED, batcher.backlog()), arrival);
      case CancellationException _ -> ApiException.callerGone();
      default -> problem;
    };
  }
}
