package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which company the most urgent input gets. */
final class WaitingPiecesTest {
  private static final long SOON = 1_000;
  private static final long LATER = 2_000;

  /** Some forty full runs. */
  private static final long PATIENT = 10_000_000;

  private final WaitingPieces waiting = new WaitingPieces(2);
  private long sequence;

  @Test
  void nobodyWaitsSoThereIsNoBatch() {
    assertThat(waiting.next()).isEmpty();
  }

  @Test
  void theMostUrgentIsInTheBatchHoweverBadTheFit() {
    TestKind kind = TestKind.cpu();
    wait(kind, 16, LATER);
    wait(kind, 16, LATER);
    wait(kind, 200, SOON);

    assertThat(lengths()).containsExactly(200);
  }

  @Test
  void equalLengthsFillAUsualRunExactly() {
    TestKind kind = TestKind.cpu();
    wait(kind, 16, LATER, 20);

    assertThat(lengths()).hasSize(16).containsOnly(16);
  }

  @Test
  void runsAreLargerWhereManyWait() {
    TestKind kind = TestKind.cpu();
    wait(kind, 16, PATIENT, 100);

    assertThat(lengths()).hasSize(24).containsOnly(16);
  }

  @Test
  void thoseWhoCannotRunWithItMakeNoRunLarger() {
    TestKind kind = TestKind.cpu();
    wait(kind, 16, SOON, 20);
    wait(new TestKind("another", TestKind.LIMITS, TestKind.CPU), 16, LATER, 100);

    assertThat(lengths()).hasSize(16);
  }

  @Test
  void whoIsTooLongForAUsualRunRunsAllTheSame() {
    wait(TestKind.cpu(), 300, SOON);

    assertThat(lengths()).containsExactly(300);
  }

  @Test
  void onACpuAFewTokensOfPaddingAreWorthARunAndManyAreNot() {
    TestKind kind = TestKind.cpu();
    wait(kind, 30, SOON);
    wait(kind, 28, LATER);
    wait(kind, 10, LATER);

    assertThat(lengths()).containsExactly(30, 28);
  }

  @Test
  void onAGpuPaddingIsCheaperThanAnotherRun() {
    TestKind kind = new TestKind("gpu", TestKind.LIMITS, TestKind.GPU);
    wait(kind, 30, SOON);
    wait(kind, 28, LATER);
    wait(kind, 10, LATER);

    assertThat(lengths()).containsExactly(30, 28, 10);
  }

  @Test
  void longerCompanyIsTakenWhereItPays() {
    TestKind kind = TestKind.cpu();
    wait(kind, 28, SOON);
    wait(kind, 30, LATER);

    assertThat(lengths()).containsExactly(28, 30);
    assertThat(waiting.next().orElseThrow().layout().length()).isEqualTo(30);
  }

  @Test
  void otherModelsRunByThemselves() {
    wait(TestKind.cpu(), 16, LATER);
    wait(new TestKind("another", TestKind.LIMITS, TestKind.CPU), 16, SOON);

    Batch<?, ?> batch = waiting.next().orElseThrow();

    assertThat(batch.pieces()).hasSize(1);
    assertThat(batch.kind()).isEqualTo(new TestKind("another", TestKind.LIMITS, TestKind.CPU));
  }

  @Test
  void lengthsAreComparedAsTheDeviceSeesThem() {
    TestKind tiles = new TestKind("tiles", new BatchLimits(256, 32, 8), TestKind.CPU);
    wait(tiles, 9, SOON);
    wait(tiles, 16, LATER);

    assertThat(lengths()).containsExactly(9, 16);
    assertThat(waiting.next().orElseThrow().paddedTokens()).isEqualTo(32);
  }

  @Test
  void rowsAreBoundedToo() {
    TestKind kind = new TestKind("rows", new BatchLimits(256, 3, 1), TestKind.CPU);
    wait(kind, 4, LATER, 5);

    assertThat(lengths()).hasSize(3);
  }

  @Test
  void ofOneLengthTheMoreUrgentGoFirst() {
    TestKind kind = TestKind.cpu();
    for (int i = 0; i < 20; i++) {
      wait(kind, 16, LATER - i);
    }

    List<Long> deadlines =
        waiting.next().orElseThrow().pieces().stream()
            .map(piece -> piece.deadline().nanos())
            .toList();

    assertThat(deadlines).isSorted().hasSize(16).contains(LATER - 19).doesNotContain(LATER);
  }

  @Test
  void whoHasTheTimeMayBeOvertakenByMore() {
    threeFullRunsAndMoreBetweenTwoShortInputs(/* arrivalOfOne= */ 0);

    assertThat(lengths()).containsExactly(10, 10);
  }

  @Test
  void oneWhoHasNotTheTimeIsOvertakenByNoMoreThanAnywhere() {
    threeFullRunsAndMoreBetweenTwoShortInputs(/* arrivalOfOne= */ PATIENT - SOON);

    assertThat(lengths()).containsExactly(10);
  }

  private void threeFullRunsAndMoreBetweenTwoShortInputs(long arrivalOfOne) {
    TestKind kind = TestKind.cpu();
    wait(kind, 10, PATIENT - 1);
    waiting.add(kind.piece(sequence++, 128, arrivalOfOne, PATIENT));
    wait(kind, 128, PATIENT, 5);
    wait(kind, 10, PATIENT + 1);
  }

  private void wait(TestKind kind, int length, long deadline, int times) {
    for (int i = 0; i < times; i++) {
      wait(kind, length, deadline);
    }
  }

  private void wait(TestKind kind, int length, long deadline) {
    waiting.add(kind.piece(sequence++, length, 0, deadline));
  }

  private List<Integer> lengths() {
    return waiting.next().orElseThrow().pieces().stream()
        .map(piece -> piece.size().length())
        .toList();
  }
}
