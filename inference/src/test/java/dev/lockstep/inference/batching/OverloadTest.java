package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/**
 * Twice as much comes as two lanes can do, at random times, and each wants its answer within a
 * budget of some full runs. Whoever is predicted to be late is refused at the door.
 */
final class OverloadTest {
  private static final int INPUTS = 20_000;
  private static final Lanes LANES = new Lanes(2, 0);

  private static final TestKind APART = TestKind.cpu();
  private static final double FULL_RUN = APART.cost().nanos(APART.limits().usualTokens());

  @Test
  void whoIsLetInIsAnsweredAndTheDeviceLosesNothing() {
    Outcome outcome = play(APART, 6, () -> 16);

    assertThat(outcome.device.refused).hasSizeBetween(INPUTS * 4 / 10, INPUTS * 6 / 10);
    assertThat(outcome.device.expired).isEmpty();
    assertThat(outcome.goodput()).isGreaterThan(0.97);
  }

  @Test
  void soItIsWhereLengthsAreMixedAndInputsOvertakeOneAnother() {
    Outcome outcome = play(APART, 6, mixed());

    // One in a hundred of those who were let in.
    assertThat(outcome.device.expired).hasSizeLessThan(INPUTS / 200);
    assertThat(outcome.goodput()).isGreaterThan(0.90);
  }

  @Test
  void patientCallersAreOvertakenMoreAndAnsweredInTimeAllTheSame() {
    Outcome outcome = play(APART, 16, mixed());

    assertThat(outcome.device.expired).hasSizeLessThan(INPUTS / 200);
    assertThat(outcome.goodput()).isGreaterThan(play(APART, 6, mixed()).goodput());
  }

  @Test
  void whereInputsShareRowsNobodyOvertakesAndMoreAreAnsweredInTime() {
    Outcome outcome = play(TestKind.sharing(), 6, mixed());

    assertThat(outcome.device.expired).isEmpty();
    assertThat(outcome.goodput()).isGreaterThan(play(APART, 6, mixed()).goodput() + 0.03);
  }

  /** From 4 to 128 tokens, 32 in the mean. */
  private static IntSupplier mixed() {
    Random random = new Random(2);
    return () -> Math.clamp(4 + Math.round(-29.6 * Math.log(1 - random.nextDouble())), 4, 128);
  }

  private static final class Outcome implements VirtualDevice.Ended {
    private final long budget;
    private final VirtualDevice device;
    private long tokensInTime;
    private long end;

    Outcome(long budget) {
      this.budget = budget;
      this.device = new VirtualDevice(LANES, this, delay -> delay.toNanos() <= budget);
    }

    @Override
    public void ended(long at, Batch<?, ?> batch) {
      end = at;
      batch.pieces().stream()
          .filter(piece -> at - piece.arrivedNanos() <= budget * 5 / 4)
          .forEach(piece -> tokensInTime += piece.tokens());
    }

    /** As a share of what full batches without padding do. */
    double goodput() {
      double capacity = LANES.lanes() * APART.limits().usualTokens() / FULL_RUN;
      return tokensInTime / (capacity * end);
    }
  }

  private static Outcome play(TestKind kind, int fullRuns, IntSupplier lengths) {
    long budget = Math.round(fullRuns * FULL_RUN);
    Outcome outcome = new Outcome(budget);
    Random random = new Random(1);
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      drawn.add(lengths.getAsInt());
    }
    double mean = drawn.stream().mapToInt(Integer::intValue).average().orElseThrow();
    double perNano = 2 * LANES.lanes() * kind.limits().usualTokens() / FULL_RUN / mean;
    double at = 0;
    for (int i = 0; i < INPUTS; i++) {
      at += -Math.log(1 - random.nextDouble()) / perNano;
      long arrives = Math.round(at);
      outcome.device.arrives(kind.piece(i, drawn.get(i), arrives, arrives + budget));
    }
    outcome.device.play();
    return outcome;
  }
}
