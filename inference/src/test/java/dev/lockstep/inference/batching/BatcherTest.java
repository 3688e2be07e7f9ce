package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threads around the scheduler, with a device that the test lets go run by run. */
@Timeout(60)
final class BatcherTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** A token is said to take a second. */
  private final HeldKind kind = new HeldKind(new CostModel(12e9, 1e9));

  private final List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
  private final Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, reports::add);

  @AfterEach
  void stop() {
    kind.letGo(1_000);
    batcher.close();
  }

  @Test
  void aRequestIsSplitByLengthAndJoinedInItsOwnOrder() {
    kind.letGo(10);

    List<String> outputs = submit(caller(LONG), "a".repeat(200), "b", "c".repeat(200), "d").join();

    assertThat(outputs).containsExactly("A".repeat(200), "B", "C".repeat(200), "D");
  }

  @Test
  void aRequestOfNothingIsDone() {
    assertThat(submit(caller(LONG)).join()).isEmpty();
  }

  @Test
  void whatWaitsWhileTheDeviceRunsGoesTogether() {
    CompletableFuture<List<String>> first = submit(caller(LONG), "first");
    kind.awaitStarted();
    List<CompletableFuture<List<String>>> others =
        List.of(submit(caller(LONG), "one"), submit(caller(LONG), "two"));
    kind.letGo(2);

    assertThat(first.join()).containsExactly("FIRST");
    assertThat(others).map(CompletableFuture::join).containsExactly(List.of("ONE"), List.of("TWO"));
    assertThat(kind.batches()).containsExactly(List.of("first"), List.of("one", "two"));
  }

  @Test
  void whatCameOneByOneDuringARunOfTheWholeDeviceWakesEachOfItsLanes() {
    try (Batcher wide = Batcher.start(new Lanes(2, 0), Ticker.SYSTEM, _ -> {})) {
      CompletableFuture<List<String>> whole = submit(wide, caller(LONG), "whole");
      kind.awaitStarted();
      List<CompletableFuture<List<String>>> halves =
          List.of(submit(wide, caller(LONG), "one"), submit(wide, caller(LONG), "two"));

      kind.letGo(1);
      whole.join();

      kind.awaitStarted();
      kind.awaitStarted();
      kind.letGo(2);
      assertThat(halves)
          .map(CompletableFuture::join)
          .containsExactly(List.of("ONE"), List.of("TWO"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "1, 1", "3, 2"})
  void nobodyIsForgottenHoweverManyLanesAndCallersThereAre(int lanes, int stagedAhead) {
    kind.letGo(10_000);
    try (Batcher busy = Batcher.start(new Lanes(lanes, stagedAhead), Ticker.SYSTEM, _ -> {});
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answered = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String text = "x".repeat(1 + 30 * i);
        answered.add(callers.submit(() -> answers(busy, text, 200)));
      }

      assertThat(answered).allSatisfy(caller -> assertThat(caller.get()).isEqualTo(200));
    }
  }

  /** Asks one after the other, as long as each is answered. */
  private int answers(Batcher of, String text, int times) {
    int answers = 0;
    while (answers < times
        && submit(of, caller(LONG), text).join().equals(List.of(HeldKind.shouted(text)))) {
      answers++;
    }
    return answers;
  }

  @Test
  void aCallerWhoHasGoneCostsNoRun() {
    CompletableFuture<List<String>> _ = submit(caller(LONG), "first");
    kind.awaitStarted();
    Caller gone = caller(LONG);
    CompletableFuture<List<String>> answer = submit(gone, "gone", "gone too");
    CompletableFuture<List<String>> next = submit(caller(LONG), "next");

    gone.cancellation().cancel();
    kind.letGo(10);

    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::join).hasCauseInstanceOf(CancellationException.class);
    assertThat(next.join()).containsExactly("NEXT");
    assertThat(kind.batches()).containsExactly(List.of("first"), List.of("next"));
  }

  @Test
  void whoseDeadlinePassesIsToldWhileTheDeviceStillRuns() {
    CompletableFuture<List<String>> first = submit(caller(LONG), "first");
    kind.awaitStarted();

    CompletableFuture<List<String>> late = submit(caller(Duration.ofMillis(5)), "late");

    assertThatThrownBy(() -> late.orTimeout(30, TimeUnit.SECONDS).join())
        .hasCauseInstanceOf(DeadlineExceededException.class);
    assertThat(first).isNotDone();
  }

  @Test
  void oneBadInputFailsItsOwnCallerAndNobodyElse() {
    CompletableFuture<List<String>> _ = submit(caller(LONG), "first");
    kind.awaitStarted();
    CompletableFuture<List<String>> good = submit(caller(LONG), "good");
    CompletableFuture<List<String>> bad = submit(caller(LONG), "bad");
    CompletableFuture<List<String>> fine = submit(caller(LONG), "fine");
    kind.letGo(10);

    assertThat(good.join()).containsExactly("GOOD");
    assertThat(fine.join()).containsExactly("FINE");
    assertThatThrownBy(bad::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("a bad input");
  }

  @Test
  void aRunThatGivesTooFewOutputsFailsItsCallers() {
    kind.letGo(10);

    assertThatThrownBy(() -> submit(caller(LONG), "swallow").join())
        .hasRootCauseMessage("a run of 1 inputs gave 0 outputs");
  }

  @Test
  void anInputThatNeverFitsIsRefusedAtOnce() {
    assertThatThrownBy(() -> submit(caller(LONG), "x".repeat(400)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "1 rows of 400 tokens do not fit in one run, which holds 32 rows and 384 padded"
                + " tokens");
  }

  @Test
  void closingFailsWhatWaitsAndFinishesWhatRuns() throws InterruptedException {
    CompletableFuture<List<String>> running = submit(caller(LONG), "running");
    kind.awaitStarted();
    CompletableFuture<List<String>> waiting = submit(caller(LONG), "waiting");

    Thread closing = Thread.ofVirtual().start(batcher::close);

    assertThatThrownBy(() -> waiting.orTimeout(30, TimeUnit.SECONDS).join())
        .hasRootCauseMessage("the server has stopped");
    kind.letGo(10);
    assertThat(running.join()).containsExactly("RUNNING");
    closing.join();
    assertThat(submit(caller(LONG), "after")).isCompletedExceptionally();
  }

  @Test
  void closingDoesNotWaitForARunThatHangsAndSaysWhatItAbandons() {
    CompletableFuture<List<String>> hanging = submit(caller(LONG), "one", "two");
    kind.awaitStarted();

    List<String> abandoned = batcher.close(Duration.ofMillis(20));

    assertThat(abandoned)
        .singleElement()
        .asString()
        .matches("a run of 2 rows and 6 tokens, after \\d+ ms at most");
    assertThat(batcher.hangs()).isTrue();
    assertThatThrownBy(() -> hanging.orTimeout(30, TimeUnit.SECONDS).join())
        .hasRootCauseMessage("the server has stopped");
  }

  @Test
  void closingInPeaceAbandonsNothing() {
    assertThat(batcher.close(Duration.ofSeconds(30))).isEmpty();
    assertThat(batcher.hangs()).isFalse();
  }

  @Test
  void theBacklogIsWhatWaitsAndRunsAndIsGoneWhenItIsDone() {
    assertThat(batcher.backlog()).isZero();
    CompletableFuture<List<String>> first = submit(caller(LONG), "x".repeat(100));
    kind.awaitStarted();
    CompletableFuture<List<String>> second = submit(caller(LONG), "y".repeat(100));

    // 112 s that the first takes, less what it has had, and 100 s with its share of a run.
    assertThat(batcher.backlog()).isBetween(Duration.ofSeconds(150), Duration.ofSeconds(217));
    assertThat(batcher.predict(kind, 10).delay()).isGreaterThan(batcher.backlog());

    kind.letGo(2);
    first.join();
    second.join();
    assertThat(batcher.backlog()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aRunIsReported() {
    kind.letGo(1);
    submit(caller(LONG), "aaa", "bbb").join();

    assertThat(reports)
        .singleElement()
        .satisfies(report -> {
          assertThat(report.rows()).isEqualTo(2);
          assertThat(report.tokens()).isEqualTo(6);
          assertThat(report.waits()).hasSize(2);
          assertThat(report.width()).isEqualTo(Width.WHOLE);
        });
  }

  @Test
  void whatInputsHaveWaitedUnreadIsPartOfTheirWait() {
    kind.letGo(1);
    submit(caller(LONG).after(LONG), "aaa").join();

    assertThat(reports)
        .flatMap(BatchReport::waits)
        .singleElement(DURATION)
        .isBetween(LONG, LONG.plusSeconds(30));
  }

  @Test
  void aCallerHearsOnceOfEachRunThatItsInputsWereIn() {
    List<RunListener.Run> runs = Collections.synchronizedList(new ArrayList<>());
    Caller watching =
        new Caller(Deadline.after(Ticker.SYSTEM, LONG), new Cancellation(), runs::add);
    kind.letGo(10);

    submit(watching, "a".repeat(200), "bb", "cc").join();

    assertThat(runs).hasSize(2).allMatch(run -> run.queuedNanos() <= run.startedNanos());
    assertThat(runs).allMatch(run -> run.startedNanos() <= run.endedNanos());
    assertThat(runs).map(run -> run.report().rows()).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aCallerHearsNothingOfARunThatFails() {
    List<RunListener.Run> runs = Collections.synchronizedList(new ArrayList<>());
    Caller watching =
        new Caller(Deadline.after(Ticker.SYSTEM, LONG), new Cancellation(), runs::add);
    kind.letGo(10);

    assertThat(submit(watching, "bad").exceptionally(_ -> List.of()).join()).isEmpty();

    assertThat(runs).isEmpty();
  }

  private CompletableFuture<List<String>> submit(Caller caller, String... texts) {
    return submit(batcher, caller, texts);
  }

  private CompletableFuture<List<String>> submit(Batcher to, Caller caller, String... texts) {
    return kind.submit(to, caller, texts);
  }

  private static Caller caller(Duration patience) {
    return HeldKind.caller(Ticker.SYSTEM, patience);
  }
}
