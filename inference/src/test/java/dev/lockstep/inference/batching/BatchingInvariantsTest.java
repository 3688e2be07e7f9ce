package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever comes, in whatever order, on whatever device. */
final class BatchingInvariantsTest {
  private static final List<TestKind> KINDS =
      List.of(
          TestKind.cpu(),
          TestKind.sharing(),
          new TestKind("gpu", new BatchLimits(512, 8, 8), TestKind.GPU),
          new TestKind("free runs", new BatchLimits(256, 4, 1), new CostModel(0, 1_000)));

  /** An input to come. */
  record Coming(int kind, int length, long at, long patience) {}

  @Property(tries = 300)
  void everyInputRunsOnceOrExpiresOnceAndNoneIsLost(
      @ForAll("lanes") Lanes lanes, @ForAll("inputs") List<Coming> inputs) {
    VirtualDevice device = played(lanes, inputs);

    List<Long> ended = new ArrayList<>();
    device.started.forEach(
        started -> started.batch().pieces().forEach(piece -> ended.add(piece.sequence())));
    device.expired.forEach(expired -> ended.add(expired.piece().sequence()));

    assertThat(ended).doesNotHaveDuplicates().hasSize(inputs.size());
  }

  @Property(tries = 300)
  void noBatchEverExceedsItsBudgetAfterPadding(
      @ForAll("lanes") Lanes lanes, @ForAll("inputs") List<Coming> inputs) {
    for (VirtualDevice.Started started : played(lanes, inputs).started) {
      Batch<?, ?> batch = started.batch();
      int longest = batch.pieces().stream().mapToInt(Piece::paddedLength).max().orElseThrow();

      int shared = batch.kind().sharedRowTokens().orElse(longest);
      assertThat(batch.layout().length()).isBetween(longest, Math.max(longest, shared));
      assertThat(batch.paddedTokens()).isLessThanOrEqualTo(batch.kind().limits().paddedTokens());
      assertThat(batch.layout().rows()).isLessThanOrEqualTo(batch.kind().limits().rows());
    }
  }

  @Property(tries = 300)
  void aBatchIsOfOneKind(@ForAll("lanes") Lanes lanes, @ForAll("inputs") List<Coming> inputs) {
    for (VirtualDevice.Started started : played(lanes, inputs).started) {
      assertThat(started.batch().pieces())
          .allSatisfy(piece -> assertThat(piece.kind()).isEqualTo(started.batch().kind()));
    }
  }

  /** Without a stage a batch is formed when it starts, so this is exact. */
  @Property(tries = 300)
  void nobodyWaitsForABetterFitWhileALessUrgentBatchRuns(@ForAll("inputs") List<Coming> inputs) {
    for (VirtualDevice.Started started : played(new Lanes(2, 0), inputs).started) {
      Piece<?, ?> mostUrgent =
          started.batch().pieces().stream().min(Piece.BY_URGENCY).orElseThrow();

      assertThat(started.leftWaiting())
          .allSatisfy(left -> assertThat(Piece.BY_URGENCY.compare(mostUrgent, left)).isNegative());
    }
  }

  @Property(tries = 300)
  void ofOneKindAndLengthTheMoreUrgentNeverRunsLater(@ForAll("inputs") List<Coming> inputs) {
    for (VirtualDevice.Started started : played(new Lanes(2, 0), inputs).started) {
      for (Piece<?, ?> ran : started.batch().pieces()) {
        assertThat(started.leftWaiting())
            .filteredOn(
                left -> left.kind().equals(ran.kind()) && left.paddedLength() == ran.paddedLength())
            .allSatisfy(left -> assertThat(Piece.BY_URGENCY.compare(ran, left)).isNegative());
      }
    }
  }

  @Property(tries = 300)
  void nobodyStartsAfterTheDeadlineAndNobodyExpiresBeforeIt(@ForAll("inputs") List<Coming> inputs) {
    VirtualDevice device = played(new Lanes(2, 0), inputs);

    for (VirtualDevice.Started started : device.started) {
      assertThat(started.batch().pieces())
          .allSatisfy(
              piece -> assertThat(piece.deadline().nanos()).isGreaterThanOrEqualTo(started.at()));
    }
    for (VirtualDevice.Expired expired : device.expired) {
      assertThat(expired.piece().deadline().nanos()).isLessThan(expired.at());
    }
  }

  @Property(tries = 300)
  void theDeviceIsNeverIdleWhileSomebodyWaits(@ForAll("inputs") List<Coming> inputs) {
    VirtualDevice device = played(new Lanes(1, 0), inputs);

    // On one lane a batch starts when it arrives or when the one before it ends, never between.
    long free = Long.MIN_VALUE;
    for (VirtualDevice.Started started : device.started) {
      long arrived =
          started.batch().pieces().stream().mapToLong(Piece::arrivedNanos).min().orElseThrow();
      assertThat(started.at()).isEqualTo(Math.max(free, arrived));
      double nanos = started.batch().kind().cost().nanos(started.batch().paddedTokens());
      free = started.at() + Math.max(1, Math.round(nanos));
    }
  }

  @Property(tries = 300)
  void lanesAreNeverOverbooked(
      @ForAll("lanes") Lanes lanes, @ForAll("inputs") List<Coming> inputs) {
    List<long[]> changes = new ArrayList<>();
    for (VirtualDevice.Started started : played(lanes, inputs).started) {
      int used = lanes.used(started.width());
      double nanos = started.batch().kind().cost().nanos(started.batch().paddedTokens()) / used;
      changes.add(new long[] {started.at(), used});
      changes.add(new long[] {started.at() + Math.max(1, Math.round(nanos)), -used});
    }
    changes.sort((a, b) -> a[0] == b[0] ? Long.compare(a[1], b[1]) : Long.compare(a[0], b[0]));
    long inUse = 0;
    for (long[] change : changes) {
      inUse += change[1];
      assertThat(inUse).isLessThanOrEqualTo(lanes.lanes());
    }
  }

  private static VirtualDevice played(Lanes lanes, List<Coming> inputs) {
    VirtualDevice device = new VirtualDevice(lanes);
    Set<Long> sequences = new HashSet<>();
    for (Coming coming : inputs) {
      long sequence = sequences.size();
      sequences.add(sequence);
      device.arrives(
          KINDS
              .get(coming.kind())
              .piece(sequence, coming.length(), coming.at(), coming.at() + coming.patience()));
    }
    device.play();
    assertThat(device.running()).isZero();
    return device;
  }

  @Provide
  Arbitrary<Lanes> lanes() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4), Arbitraries.integers().between(0, 1))
        .as(Lanes::new);
  }

  @Provide
  Arbitrary<List<Coming>> inputs() {
    Arbitrary<Coming> one =
        Combinators.combine(
                Arbitraries.integers().between(0, KINDS.size() - 1),
                Arbitraries.integers().between(1, 256),
                Arbitraries.longs().between(0, 3_000_000),
                Arbitraries.longs().between(0, 10_000_000))
            .as(Coming::new);
    return one.list().ofMaxSize(60);
  }
}
