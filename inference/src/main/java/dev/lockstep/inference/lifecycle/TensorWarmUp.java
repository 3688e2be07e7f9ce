package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.lifecycle.WarmUp.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model of bare tensors before its first user does, on zeros. What its open dimensions mean
 * only its maker knows: the first is taken for rows, the last for a length, any other is 1. A shape
 * that the model does not take is left out, and the model serves all the same.
 */
final class TensorWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(TensorWarmUp.class);

  /** Longer ones a model may have no positions for. */
  private static final int LONGEST = 128;

  private final Engine engine;
  private final BatchLimits limits;

  private TensorWarmUp(Engine engine, BatchLimits limits) {
    this.engine = engine;
    this.limits = limits;
  }

  /**
   * Rehearses the shapes.
   *
   * @return what the runs took; nothing when the model took none of the shapes
   */
  static Optional<CostModel> rehearse(Engine engine, BatchLimits limits) {
    return new TensorWarmUp(engine, limits).rehearse();
  }

  private Optional<CostModel> rehearse() {
    List<CostModel.Measured> measured = new ArrayList<>();
    for (Shape shape : shapes()) {
      try {
        measured.add(measure(shape));
      } catch (DeviceUnavailableException failed) {
        throw failed;
      } catch (RuntimeException untaken) {
        LOG.info(
            "not rehearsed: {} rows of length {}: {}",
            shape.rows(),
            shape.length(),
            untaken.getMessage());
      }
    }
    return cost(measured);
  }

  private CostModel.Measured measure(Shape shape) {
    Map<String, Tensor> zeros = new HashMap<>();
    for (TensorSpec spec : engine.inputs()) {
      zeros.put(spec.name(), zeros(spec, shape));
    }
    CostModel.Measured measured = WarmUp.timed(shape, () -> onLane(zeros));
    if (engine.device().lanes() > 1) {
      engine.run(zeros, Width.WHOLE);
    }
    return measured;
  }

  private Duration onLane(Map<String, Tensor> inputs) {
    long start = System.nanoTime();
    engine.run(inputs, Width.LANE);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Of one size there is no line: all of it is taken for the tokens'. */
  private static Optional<CostModel> cost(List<CostModel.Measured> measured) {
    long sizes = measured.stream().map(run -> (long) run.rows() * run.length()).distinct().count();
    if (sizes > 1) {
      return Optional.of(CostModel.fit(measured));
    }
    return measured.stream()
        .findFirst()
        .map(run -> new CostModel(0, (double) run.nanos() / (run.rows() * run.length())));
  }

  private List<Shape> shapes() {
    if (engine.inputs().stream().anyMatch(spec -> lastOpen(spec) > 0)) {
      return WarmUp.shapes(Math.min(LONGEST, limits.paddedTokens()), limits);
    }
    int most = Math.min(limits.rows(), limits.paddedTokens());
    List<Integer> rows =
        engine.inputs().stream().anyMatch(TensorWarmUp::hasOpenRows)
            ? List.copyOf(WarmUp.doubling(1, most))
            : List.of(fixedRows());
    return rows.stream().map(count -> new Shape(count, 1)).toList();
  }

  /** As a request of this model is counted. */
  private int fixedRows() {
    return engine.inputs().stream()
        .filter(spec -> !spec.shape().isEmpty())
        .mapToInt(spec -> Math.toIntExact(Math.max(1, spec.shape().getFirst())))
        .max()
        .orElse(1);
  }

  private static boolean hasOpenRows(TensorSpec spec) {
    return !spec.shape().isEmpty() && spec.shape().getFirst() < 0;
  }

  /** The last open dimension's place; 0 or less when only the rows are open, or nothing. */
  private static int lastOpen(TensorSpec spec) {
    int last = spec.shape().size() - 1;
    while (last > 0 && spec.shape().get(last) >= 0) {
      last--;
    }
    return last;
  }

  private static Tensor zeros(TensorSpec spec, Shape shape) {
    List<Long> sizes = new ArrayList<>(spec.shape());
    int last = lastOpen(spec);
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) < 0) {
        long open = i == 0 ? shape.rows() : i == last ? shape.length() : 1;
        sizes.set(i, open);
      }
    }
    return spec.type() == ElementType.BYTES
        ? new Tensor.Strings(sizes, Collections.nCopies(Tensor.sizeOf(sizes), new byte[0]))
        : Tensor.allocate(spec.type(), sizes);
  }
}
