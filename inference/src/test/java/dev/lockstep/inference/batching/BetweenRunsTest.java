package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errands: what a worker does on the host when it comes from its run. */
@Timeout(60)
final class BetweenRunsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final HeldKind kind = new HeldKind(CostModel.UNMEASURED);
  private final Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, _ -> {});

  @AfterEach
  void stop() {
    kind.letGo(1_000);
    batcher.close();
  }

  @Test
  void aWorkerDoesAnErrandWhenItComesFromItsRun() {
    CompletableFuture<List<String>> first = begun("first");
    CompletableFuture<String> errand = errand();

    kind.letGo(1);

    assertThat(first.join()).containsExactly("FIRST");
    assertThat(errand.join()).isEqualTo("device-0");
  }

  @Test
  void whatErrandsSubmitGoesTogetherInTheNextRun() {
    CompletableFuture<List<String>> _ = begun("first");
    List<CompletableFuture<List<String>>> others = new CopyOnWriteArrayList<>();
    assertThat(batcher.betweenRuns(() -> others.add(submit("one")))).isTrue();
    assertThat(batcher.betweenRuns(() -> others.add(submit("two")))).isTrue();

    kind.letGo(1);

    kind.awaitStarted();
    assertThat(kind.batches()).containsExactly(List.of("first"), List.of("one", "two"));
  }

  @Test
  void noErrandWaitsForALaneThatIsFree() {
    assertThat(batcher.betweenRuns(() -> {})).isFalse();
  }

  @Test
  void anErrandIsDoneByAnotherThreadWhileARunHangs() {
    CompletableFuture<List<String>> hanging = begun("hanging");
    CompletableFuture<String> errand = errand();

    assertThat(errand.join()).isEqualTo("deadlines");
    assertThat(hanging).isNotDone();
  }

  @Test
  void closingLeavesNoErrandUndone() {
    CompletableFuture<List<String>> _ = begun("hanging");
    List<CompletableFuture<List<String>>> submitted = new CopyOnWriteArrayList<>();
    assertThat(batcher.betweenRuns(() -> submitted.add(submit("late")))).isTrue();

    List<String> _ = batcher.close(Duration.ofMillis(20));

    assertThat(submitted)
        .singleElement()
        .satisfies(late -> assertThat(late).isCompletedExceptionally());
    assertThat(batcher.betweenRuns(() -> {})).isFalse();
  }

  /** Completes with the name of the thread that does it. */
  private CompletableFuture<String> errand() {
    CompletableFuture<String> thread = new CompletableFuture<>();
    assertThat(batcher.betweenRuns(() -> thread.complete(Thread.currentThread().getName())))
        .isTrue();
    return thread.orTimeout(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<List<String>> begun(String text) {
    CompletableFuture<List<String>> answer = submit(text);
    kind.awaitStarted();
    return answer;
  }

  private CompletableFuture<List<String>> submit(String text) {
    return kind.submit(batcher, HeldKind.caller(Ticker.SYSTEM, LONG), text);
  }
}
