package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * How much work is there, and how long it will take.
 *
 * <p>A piece costs a lane at least its tokens and its share of a full run's fixed part:
 *
 * <pre>
 *   least = perToken x padded + fixed x padded / budget
 * </pre>
 *
 * What real batches cost more, by padding and by being less than full, is learned as one factor
 * from those that left somebody waiting: only these show what the device does when it is behind,
 * and nobody asks for a prediction while it is not. A second factor, how much slower runs are than
 * they were at warm-up, corrects single batches. With {@code n} lanes, work that comes now is done
 * after
 *
 * <pre>
 *   (rest of runs + factor x waiting + factor x own) / n + its own batch
 * </pre>
 *
 * because its batch runs on one lane alone. By Graham's bound {@code 1 - 1/n} of that batch would
 * do; the last {@code n}th stands for those who come later and fill up the batches before it. The
 * factors are right in the mean, and whoever is let in should be answered in time, not half of
 * them: so what is ahead counts more at the door. Behind it it does not, or whoever was let in at
 * the limit would be tokenized first and refused then.
 *
 * <p>Not safe for use by many threads.
 *
 * @see <a href="https://doi.org/10.1137/0117039">Graham, Bounds on multiprocessing timing
 *     anomalies</a>
 */
final class Load {
  /** The last ten or so batches count. */
  private static final double SMOOTHING = 0.1;

  private static final double LARGEST_FACTOR = 100;

  /**
   * Of the door. Simulated with runs that vary by 30 %: of those let in at twice the capacity 14
   * times fewer expire than without it, for 1 % of the goodput.
   */
  private static final double CAUTION = 1.15;

  private final Lanes lanes;
  private final SequencedSet<Run> runs = new LinkedHashSet<>();
  private double waitingNanos;
  private long waitingTokens;
  private double stagedNanos;
  private double factor = 1;
  private double slowness = 1;

  /** Of those that wait, the kind of the one that came last. */
  private Optional<BatchKind<?, ?>> last = Optional.empty();

  Load(Lanes lanes) {
    this.lanes = lanes;
  }

  /** A batch on the device. Told apart by identity: two may start in one nanosecond. */
  static final class Run {
    private final Batch<?, ?> batch;
    private final Width width;
    private final boolean behind;
    private final long startedNanos;

    private Run(Batch<?, ?> batch, Width width, boolean behind, long startedNanos) {
      this.batch = batch;
      this.width = width;
      this.behind = behind;
      this.startedNanos = startedNanos;
    }

    Width width() {
      return width;
    }

    long startedNanos() {
      return startedNanos;
    }
  }

  static double leastNanos(BatchKind<?, ?> kind, int rows, int length) {
    return leastNanos(kind, (long) rows * kind.limits().padded(length));
  }

  private static double leastNanos(BatchKind<?, ?> kind, long padded) {
    CostModel cost = kind.cost();
    return cost.nanosPerToken() * padded
        + cost.fixedNanos() * padded / kind.limits().paddedTokens();
  }

  void waits(Piece<?, ?> piece) {
    waitingNanos += piece.leastNanos();
    waitingTokens += piece.tokens();
    last = Optional.of(piece.kind());
  }

  void leaves(Piece<?, ?> piece) {
    waitingNanos -= piece.leastNanos();
    waitingTokens -= piece.tokens();
    if (waitingTokens == 0) {
      last = Optional.empty();
    }
  }

  void staged(Batch<?, ?> batch) {
    stagedNanos += measuredNanos(batch);
  }

  void unstaged(Batch<?, ?> batch) {
    stagedNanos -= measuredNanos(batch);
  }

  /**
   * A staged batch starts.
   *
   * @param behind others still wait
   */
  Run starts(Batch<?, ?> batch, Width width, boolean behind, long now) {
    unstaged(batch);
    Run run = new Run(batch, width, behind, now);
    runs.add(run);
    return run;
  }

  void ends(Run run, long now) {
    runs.remove(run);
    if (run.width == Width.WHOLE && lanes.lanes() > 1) {
      return;
    }
    double took = now - run.startedNanos;
    slowness = learned(slowness, took / measuredNanos(run.batch));
    if (run.behind) {
      double least = run.batch.pieces().stream().mapToDouble(Piece::leastNanos).sum();
      factor = learned(factor, took / least);
    }
  }

  private static double learned(double before, double seen) {
    return before + SMOOTHING * (Math.min(seen, LARGEST_FACTOR) - before);
  }

  /** Until everything that is here now is done. */
  Duration backlog(long now) {
    return nanos(aheadNanos(now) / lanes.lanes());
  }

  /**
   * From now to the answer of work that was not looked at: with caution what {@link #predict} would
   * say of it if it were of the kind that came last, behind the others that were not looked at.
   * Where nobody waits it is only what is sure, because what is expected may be wrong, and a device
   * that is free refuses nobody.
   *
   * @param expected device time that it will ask for
   * @param unread device time of the others
   */
  Duration roughDelay(Duration expected, Duration unread, long now) {
    double ahead = CAUTION * (aheadNanos(now) + lanes.lanes() * (double) unread.toNanos());
    return kindThatWaits(unread)
        .map(kind -> {
          long before = waitingTokens + tokensWorth(kind, unread);
          return predictBehind(ahead, before, kind, tokensWorth(kind, expected)).delay();
        })
        .orElseGet(() -> nanos(ahead / lanes.lanes()));
  }

  /** Of who is not looked at yet it is that of the last run. */
  private Optional<BatchKind<?, ?>> kindThatWaits(Duration unread) {
    boolean lastRunTells = last.isEmpty() && !unread.isZero() && !runs.isEmpty();
    return lastRunTells ? Optional.of(runs.getLast().batch.kind()) : last;
  }

  /** What {@link Prediction#own} was predicted for. */
  private long tokensWorth(BatchKind<?, ?> kind, Duration own) {
    double perToken = factor * leastNanos(kind, 1) / lanes.lanes();
    return Math.round(own.toNanos() / perToken);
  }

  Prediction predict(BatchKind<?, ?> kind, long tokens, long now) {
    return predictBehind(aheadNanos(now), waitingTokens, kind, tokens);
  }

  private Prediction predictBehind(double ahead, long before, BatchKind<?, ?> kind, long tokens) {
    int n = lanes.lanes();
    double own = factor * leastNanos(kind, tokens);
    double alone = own / n + batchNanos(kind, tokens);
    double delay = (ahead + own) / n + batchNanos(kind, before + tokens);
    return new Prediction(nanos(delay), nanos(alone), nanos(own / n));
  }

  private double batchNanos(BatchKind<?, ?> kind, long tokens) {
    return slowness * kind.cost().nanos(Math.min(tokens, kind.limits().paddedTokens()));
  }

  private static Duration nanos(double nanos) {
    return Duration.ofNanos(Math.round(nanos));
  }

  private double aheadNanos(long now) {
    double rest = slowness * stagedNanos + factor * Math.max(waitingNanos, 0);
    for (Run run : runs) {
      rest += Math.max(slowness * measuredNanos(run.batch) - (now - run.startedNanos), 0);
    }
    return rest;
  }

  Optional<Duration> oldestRun(long now) {
    return runs.stream()
        .map(run -> Duration.ofNanos(now - run.startedNanos))
        .max(Comparator.naturalOrder());
  }

  private static double measuredNanos(Batch<?, ?> batch) {
    return batch.kind().cost().nanos(batch.paddedTokens());
  }
}
