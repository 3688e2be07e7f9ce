package dev.lockstep.inference.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.batching.Cancellation;
import io.grpc.Context;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the guard learns of a call. */
final class GrpcIncomingTest {
  private static final Metadata NOTHING = new Metadata();
  private static final Metadata TWO_SECONDS = GrpcTester.headers("x-request-timeout-ms", "2000");

  @Test
  void whoSaysNothingHasNoBudgetOfTheirOwn() {
    assertThat(GrpcIncoming.of(NOTHING, new Cancellation()).budget()).isEmpty();
  }

  @Test
  void whatTheMetadataSaysIsTheBudget() {
    assertThat(GrpcIncoming.of(TWO_SECONDS, new Cancellation()).budget())
        .contains(Duration.ofSeconds(2));
  }

  @Test
  void whatIsLeftOfTheCallsDeadlineIsTheBudgetWhereItIsShorter() throws Exception {
    assertThat(underDeadline(Duration.ofSeconds(1), TWO_SECONDS))
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(underDeadline(Duration.ofSeconds(60), TWO_SECONDS)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void nobodyWaitsLongerThanAnHour() throws Exception {
    assertThat(underDeadline(Duration.ofDays(1), NOTHING)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void whoseKeyItWasIsWhoAsks() throws Exception {
    Tenant second = new Tenant("key-2");

    assertThat(
            Context.current()
                .withValue(CallKeys.TENANT, second)
                .call(() -> GrpcIncoming.of(NOTHING, new Cancellation()))
                .tenant())
        .isEqualTo(second);
  }

  @Test
  void aCallThatIsCancelledCancelsTheWork() {
    Cancellation call = new Cancellation();
    Cancellation work = new Cancellation();
    Runnable _ = GrpcIncoming.of(NOTHING, call).whenGone(work);

    call.cancel();

    assertThat(work.isCancelled()).isTrue();
  }

  private static Duration underDeadline(Duration left, Metadata headers) throws Exception {
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext context =
            Context.current().withDeadlineAfter(left.toNanos(), TimeUnit.NANOSECONDS, timer)) {
      return context
          .call(() -> GrpcIncoming.of(headers, new Cancellation()).budget())
          .orElseThrow();
    }
  }
}
