package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.InvalidInputException;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A model as tensors, on the same device and in the same queue as its texts. A request is one run
 * by itself: whether rows of two requests may share a run only the model's maker knows.
 */
public final class TensorModel {
  private final Engine engine;
  private final Batcher batcher;
  private final BatchLimits limits;
  private volatile CostModel cost = CostModel.UNMEASURED;

  public TensorModel(Engine engine, BatchLimits limits, Batcher batcher) {
    this.engine = engine;
    this.limits = limits;
    this.batcher = batcher;
  }

  public List<TensorSpec> inputs() {
    return engine.inputs();
  }

  public List<TensorSpec> outputs() {
    return engine.outputs();
  }

  /**
   * Queues a run.
   *
   * @throws InvalidInputException when a tensor is missing, unknown, or of the wrong type or shape,
   *     or the request is larger than a run may be
   */
  public CompletableFuture<Map<String, Tensor>> infer(Map<String, Tensor> inputs, Caller caller) {
    engine.check(inputs);
    Sized<Map<String, Tensor>> sized = sized(inputs);
    return batcher.submit(new Alone(), List.of(sized), caller).thenApply(List::getFirst);
  }

  /** How long a run of these tensors would take from now. */
  public Prediction predict(Map<String, Tensor> inputs) {
    engine.check(inputs);
    return batcher.predict(new Alone(), sized(inputs).tokens());
  }

  /** What warm-up has measured. */
  public void measured(CostModel fitted) {
    cost = fitted;
  }

  /**
   * Rows are the first dimension; a row's tokens are the product of those of its other dimensions
   * that the model leaves open, so that a sequence counts its tokens and an image counts one.
   */
  private Sized<Map<String, Tensor>> sized(Map<String, Tensor> inputs) {
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
    public Prepared<Map<String, Tensor>> prepare(
        List<Map<String, Tensor>> inputs, int paddedLength) {
      return width -> run(inputs.getFirst(), width);
    }

    private Supplier<List<Map<String, Tensor>>> run(Map<String, Tensor> inputs, Width width) {
      Map<String, Tensor> outputs = engine.run(inputs, width);
      return () -> List.of(outputs);
    }
  }
}
