package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.InvalidInputException;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How requests of tensors share runs of one model. Two are of one kind when its rows may share a
 * run, see {@link RowSharing}, and they agree in every size but the first; any other is a run by
 * itself.
 */
final class TensorBatching {
  private static final Logger LOG = LoggerFactory.getLogger(TensorBatching.class);

  private final Engine engine;
  private final BatchLimits limits;
  private volatile CostModel cost = CostModel.UNMEASURED;
  private volatile boolean together;

  TensorBatching(Engine engine, BatchLimits limits, RowSharing sharing) {
    this.engine = engine;
    this.limits = limits;
    this.together = sharing.allowed(engine.inputs(), engine.outputs());
  }

  void measured(CostModel fitted) {
    cost = fitted;
  }

  /** What a request may run with. */
  BatchKind<Map<String, Tensor>, Map<String, Tensor>> kind(Map<String, Tensor> inputs) {
    return together && oneRowCount(inputs) ? new Rows(this, rowShapes(inputs)) : new Alone();
  }

  private static boolean oneRowCount(Map<String, Tensor> inputs) {
    return inputs.values().stream().map(tensor -> tensor.shape().getFirst()).distinct().count()
        == 1;
  }

  private static Map<String, List<Long>> rowShapes(Map<String, Tensor> inputs) {
    Map<String, List<Long>> shapes = new HashMap<>();
    inputs.forEach(
        (name, tensor) -> shapes.put(name, tensor.shape().subList(1, tensor.shape().size())));
    return shapes;
  }

  /**
   * Rows are the first dimension; a row's tokens are the product of those of its other dimensions
   * that the model leaves open, so that a sequence counts its tokens and an image counts one.
   *
   * @throws InvalidInputException when they are more than a run takes
   */
  Sized<Map<String, Tensor>> sized(Map<String, Tensor> inputs) {
    long rows = 1;
    long length = 1;
    for (TensorSpec spec : engine.inputs()) {
      List<Long> shape = Objects.requireNonNull(inputs.get(spec.name()), "checked").shape();
      long open = 1;
      for (int i = 0; i < shape.size(); i++) {
        if (i == 0) {
          rows = Math.max(rows, shape.get(i));
        } else if (spec.shape().get(i) < 0) {
          open = Math.multiplyExact(open, Math.max(1, shape.get(i)));
        }
      }
      length = Math.max(length, open);
    }
    if (rows > limits.rows() || rows * length > limits.paddedTokens()) {
      throw new InvalidInputException(
          "%d rows of %d tokens are more than one run takes, %d rows and %d tokens; send fewer"
              .formatted(rows, length, limits.rows(), limits.paddedTokens()));
    }
    return new Sized<>(inputs, Math.toIntExact(length), Math.toIntExact(rows));
  }

  private BatchKind.Prepared<Map<String, Tensor>> runAlone(Map<String, Tensor> inputs) {
    return width -> {
      Map<String, Tensor> outputs = engine.run(inputs, width);
      return () -> List.of(outputs);
    };
  }

  private BatchKind.Prepared<Map<String, Tensor>> runTogether(List<Map<String, Tensor>> requests) {
    List<Long> rows = new ArrayList<>(requests.size());
    requests.forEach(request -> rows.add(TensorRows.rows(request)));
    Map<String, Tensor> joined = TensorRows.join(requests);
    return width -> run(joined, rows, width);
  }

  private Supplier<List<Map<String, Tensor>>> run(
      Map<String, Tensor> joined, List<Long> rows, Width width) {
    Map<String, Tensor> outputs = engine.run(joined, width);
    return () -> {
      try {
        return TensorRows.split(outputs, rows);
      } catch (TensorRows.MismatchException mismatch) {
        // The batcher runs these again, each alone; those to come need not go that way.
        together = false;
        LOG.warn(
            "requests share no more runs of this model: {}; batch.together=false says so from the"
                + " start",
            mismatch.getMessage());
        throw mismatch;
      }
    };
  }

  /** Requests whose rows are of one shape. */
  private record Rows(TensorBatching batching, Map<String, List<Long>> rowShapes)
      implements BatchKind<Map<String, Tensor>, Map<String, Tensor>> {
    @Override
    public BatchLimits limits() {
      return batching.limits;
    }

    @Override
    public CostModel cost() {
      return batching.cost;
    }

    @Override
    public Prepared<Map<String, Tensor>> prepare(List<Map<String, Tensor>> inputs, Layout layout) {
      return inputs.size() == 1
          ? batching.runAlone(inputs.getFirst())
          : batching.runTogether(inputs);
    }
  }

  /** Equal to nothing but itself, so that it runs with nothing else. */
  private final class Alone implements BatchKind<Map<String, Tensor>, Map<String, Tensor>> {
    @Override
    public BatchLimits limits() {
      return limits;
    }

    @Override
    public CostModel cost() {
      return cost;
    }

    @Override
    public Prepared<Map<String, Tensor>> prepare(List<Map<String, Tensor>> inputs, Layout layout) {
      return runAlone(inputs.getFirst());
    }
  }
}
