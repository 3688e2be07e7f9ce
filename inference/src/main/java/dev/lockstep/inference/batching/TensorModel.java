package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.InvalidInputException;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A model as tensors, on the same device and in the same queue as its texts. Requests share a run
 * where the model, or its operator, says that rows know nothing of each other.
 */
public final class TensorModel {
  private final Engine engine;
  private final Batcher batcher;
  private final TensorBatching batching;

  /** A model behind a queue, which says itself whether requests may share a run. */
  public TensorModel(Engine engine, BatchLimits limits, Batcher batcher) {
    this(engine, limits, batcher, RowSharing.AS_NAMED);
  }

  /**
   * A model behind a queue.
   *
   * @param sharing who says whether requests may share a run
   * @throws IllegalArgumentException when they cannot for the model's shapes
   */
  public TensorModel(Engine engine, BatchLimits limits, Batcher batcher, RowSharing sharing) {
    this.engine = engine;
    this.batcher = batcher;
    this.batching = new TensorBatching(engine, limits, sharing);
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
    return batcher
        .submit(batching.kind(inputs), List.of(batching.sized(inputs)), caller)
        .thenApply(List::getFirst);
  }

  /** How long a run of these tensors would take from now. */
  public Prediction predict(Map<String, Tensor> inputs) {
    engine.check(inputs);
    return batcher.predict(batching.kind(inputs), batching.sized(inputs).tokens());
  }

  /** What warm-up has measured. */
  public void measured(CostModel fitted) {
    batching.measured(fitted);
  }
}
