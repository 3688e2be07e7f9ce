package dev.lockstep.inference.engine;

import java.util.List;
import java.util.Map;

/** The engine of a text model that is none: what a run does is for the test to say. */
public abstract class FakeTextEngine implements Engine {
  private final long width;

  /**
   * A model.
   *
   * @param width numbers a token; -1 when that is not known before the run
   */
  protected FakeTextEngine(long width) {
    this.width = width;
  }

  @Override
  public final List<TensorSpec> inputs() {
    return List.of(new TensorSpec("input_ids", ElementType.INT64, List.of(-1L, -1L)));
  }

  @Override
  public final List<TensorSpec> outputs() {
    return List.of(new TensorSpec("hidden", ElementType.FP32, List.of(-1L, -1L, width)));
  }

  @Override
  public final Device device() {
    return new Device("fake", "fake", 1, false);
  }

  /** Tokens of all texts of a run, padding included. */
  protected static long tokens(Map<String, Tensor> inputs) {
    List<Long> shape = shape(inputs);
    return shape.get(0) * shape.get(1);
  }

  /** What a run gives, with nothing in it but zeros. */
  protected static Map<String, Tensor> zeros(Map<String, Tensor> inputs, long width) {
    List<Long> shape = shape(inputs);
    return Map.of(
        "hidden", Tensor.allocate(ElementType.FP32, List.of(shape.get(0), shape.get(1), width)));
  }

  private static List<Long> shape(Map<String, Tensor> inputs) {
    return inputs.values().iterator().next().shape();
  }

  @Override
  public void close() {
    // Nothing to close.
  }
}
