package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Clients that ask again as soon as they are answered, for texts of 4 to 128 tokens, 32 in the
 * mean, on two lanes: how much of what exact-length batches do, and how far the slow answers are
 * from the usual ones.
 */
final class ClosedLoopTest {
  private static final int INPUTS = 8_000;

  /** From an answer to the next question: four tokens' worth of a lane. */
  private static final long TURN = 4_000;

  private static final TestKind APART = TestKind.cpu();
  private static final TestKind SHARING = TestKind.sharing();

  @Test
  void thirtyTwoClientsGetNineTenthsOfWhatExactLengthsDo() {
    assertThat(play(APART, 32).share()).isGreaterThan(0.90);
  }

  @Test
  void moreClientsFitEachOtherBetterBecauseTheyHaveTheTime() {
    assertThat(play(APART, 64).share()).isGreaterThan(0.93);
  }

  @Test
  void noAnswerTakesMuchLongerThanTheUsualOne() {
    assertThat(play(APART, 32).tail()).isLessThan(2.2);
    assertThat(play(APART, 64).tail()).isLessThan(2.2);
  }

  @Test
  void inSharedRowsAllFitEachOtherAndNobodyIsOvertaken() {
    assertThat(play(SHARING, 8).share()).isGreaterThan(play(APART, 8).share() + 0.05);
    assertThat(play(SHARING, 32).share()).isGreaterThan(0.96);
    assertThat(play(SHARING, 64).share()).isGreaterThan(0.96);
    assertThat(play(SHARING, 32).tail()).isLessThan(1.6);
    assertThat(play(SHARING, 64).tail()).isLessThan(1.4);
  }

  /**
   * What came of it.
   *
   * @param share of the tokens a second that exact-length batches do
   * @param tail p99 / p50 of the time from asked to answered
   */
  private record Outcome(double share, double tail) {}

  private static Outcome play(TestKind kind, int clients) {
    Lanes lanes = new Lanes(2, 0);
    List<Integer> lengths = lengths();
    Clients asking = new Clients(kind, lengths);
    VirtualDevice device = new VirtualDevice(lanes, asking);
    asking.device = device;
    for (int client = 0; client < clients; client++) {
      asking.ask(client);
    }
    device.play();

    double perNano = lengths.stream().mapToLong(Integer::longValue).sum() / (double) asking.now;
    Collections.sort(asking.waits);
    double tail = (double) asking.waits.get(INPUTS * 99 / 100) / asking.waits.get(INPUTS / 2);
    return new Outcome(perNano / exactPerNano(kind, lengths, lanes), tail);
  }

  private static final class Clients implements VirtualDevice.Ended {
    private final TestKind kind;
    private final List<Integer> lengths;
    private final List<Long> waits = new ArrayList<>();
    private long sequence;
    private long now;

    // It is set before anything is played.
    @SuppressWarnings("NullAway.Init")
    private VirtualDevice device;

    Clients(TestKind kind, List<Integer> lengths) {
      this.kind = kind;
      this.lengths = lengths;
    }

    void ask(long at) {
      if (sequence < INPUTS) {
        int length = lengths.get(Math.toIntExact(sequence));
        device.arrives(kind.piece(sequence, length, at, at + 1_000_000_000));
        sequence++;
      }
    }

    @Override
    public void ended(long at, Batch<?, ?> batch) {
      now = at;
      for (Piece<?, ?> piece : batch.pieces()) {
        waits.add(at - piece.arrivedNanos());
        ask(at + TURN);
      }
    }
  }

  /** Each batch of one length, and as full as it may be. */
  private static double exactPerNano(TestKind kind, List<Integer> lengths, Lanes lanes) {
    Map<Integer, Integer> rows = new TreeMap<>();
    lengths.forEach(length -> rows.merge(length, 1, Integer::sum));
    double nanos = 0;
    long tokens = 0;
    for (Map.Entry<Integer, Integer> same : rows.entrySet()) {
      long runs = Math.ceilDiv(same.getValue(), kind.limits().usualTokens() / same.getKey());
      nanos += runs * kind.cost().fixedNanos();
      nanos += kind.cost().nanosPerToken() * same.getKey() * same.getValue();
      tokens += (long) same.getKey() * same.getValue();
    }
    return lanes.lanes() * tokens / nanos;
  }

  private static List<Integer> lengths() {
    Random seeded = new Random(1);
    List<Integer> lengths = new ArrayList<>();
    while (lengths.size() < INPUTS) {
      int length = 4 + (int) Math.round(-29.6 * Math.log(1 - seeded.nextDouble()));
      if (length <= 128) {
        lengths.add(length);
      }
    }
    return lengths;
  }
}
