package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.text.TextModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Runs every shape of batch that is in use before the first user does. ONNX Runtime plans its
 * memory anew for each shape it first sees, and TensorRT builds an engine; what the runs took is
 * also how the batcher knows what padding is worth.
 */
final class WarmUp {
  /** The second run of a shape is what all later ones are like. */
  private static final int RUNS = 2;

  /** Runs that take less than this are timed once more when all shapes have been run. */
  private static final Duration SHORT = Duration.ofMillis(10);

  private WarmUp() {}

  record Shape(int rows, int length) {}

  /**
   * The shapes that stand for all: lengths and rows doubling towards the limits, the longest and
   * the fullest among them.
   */
  static List<Shape> shapes(int maxTokens, BatchLimits limits) {
    List<Shape> shapes = new ArrayList<>();
    for (int length : doubling(8, maxTokens)) {
      int padded = limits.padded(length);
      int mostRows = Math.min(limits.rows(), limits.paddedTokens() / padded);
      for (int rows : rows(mostRows)) {
        shapes.add(new Shape(rows, padded));
      }
    }
    return shapes;
  }

  /**
   * Of rows the last step may be more than twice the one before: what a run takes is a line by
   * then, and the fullest runs are what a start spends its time on.
   */
  private static Set<Integer> rows(int most) {
    Set<Integer> rows = doubling(1, most);
    rows.removeIf(count -> count < most && 2L * count > most);
    return rows;
  }

  /** From the first to the last, both included. */
  static Set<Integer> doubling(int first, int last) {
    Set<Integer> sizes = new TreeSet<>();
    for (int size = first; size < last; size *= 2) {
      sizes.add(size);
    }
    sizes.add(last);
    return sizes;
  }

  /** Rehearses them all, at the widths in use. */
  static CostModel rehearse(TextModel model, BatchLimits limits, boolean wideToo) {
    model.shareRows();
    List<CostModel.Measured> measured = new ArrayList<>();
    for (Shape shape : shapes(model.task().text().maxTokens(), limits)) {
      measured.add(timed(shape, () -> onLane(model, shape)));
      if (wideToo) {
        model.rehearse(shape.rows(), shape.length(), Width.WHOLE);
      }
    }
    measured.replaceAll(run -> timedWarm(model, run));
    return CostModel.fit(measured);
  }

  private static Duration onLane(TextModel model, Shape shape) {
    return model.rehearse(shape.rows(), shape.length(), Width.LANE);
  }

  /**
   * The least that some runs of a shape take.
   *
   * @param run runs it once, and tells how long that took
   */
  static CostModel.Measured timed(Shape shape, Supplier<Duration> run) {
    long nanos = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      nanos = Math.min(nanos, run.get().toNanos());
    }
    return new CostModel.Measured(shape.rows(), shape.length(), Math.max(1, nanos));
  }

  /**
   * What a run costs beside its tokens is told by short runs, and those are also what a cold start
   * slows down most.
   */
  private static CostModel.Measured timedWarm(TextModel model, CostModel.Measured cold) {
    if (cold.nanos() > SHORT.toNanos()) {
      return cold;
    }
    Shape shape = new Shape(cold.rows(), cold.length());
    CostModel.Measured warm = timed(shape, () -> onLane(model, shape));
    return warm.nanos() < cold.nanos() ? warm : cold;
  }
}
