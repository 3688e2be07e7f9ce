package dev.lockstep.inference.engine;

import java.util.List;
import java.util.Map;

/**
 * A model on a device: named tensors in, named tensors out. The seam between what the service does
 * with requests and what a device does with numbers; whoever wants to measure, pace or fake a
 * device implements this.
 *
 * <p>Safe to call from many threads at once.
 */
public interface Engine extends AutoCloseable {

  /** What the model takes. */
  List<TensorSpec> inputs();

  /** What the model gives. */
  List<TensorSpec> outputs();

  /** What it runs on. */
  Device device();

  /**
   * Whether a row may hold several texts, one behind the other. The attention mask tells them apart
   * by counting: 1 for the tokens of a row's first text, 2 for those of its second, 0 for padding.
   */
  default boolean packs() {
    return false;
  }

  /**
   * Runs the model once.
   *
   * @param inputs one tensor for each of {@link #inputs()}, by name
   * @param width how much of the device this run may use
   * @throws InvalidInputException when a tensor is missing, unknown, or of the wrong type or shape
   * @throws DeviceUnavailableException when the device fails, whatever it runs
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs, Width width);

  /**
   * Runs the model once, for a caller who reads what comes out and keeps none of it: the device may
   * write into memory that it writes to again once the outputs are closed.
   *
   * @throws InvalidInputException as {@link #run} does
   * @throws DeviceUnavailableException as {@link #run} does
   */
  default Outputs lend(Map<String, Tensor> inputs, Width width) {
    return Outputs.owned(run(inputs, width));
  }

  /**
   * Holds tensors against what the model takes, without running it.
   *
   * @throws InvalidInputException as {@link #run} does
   */
  default void check(Map<String, Tensor> tensors) {
    InputCheck.check(inputs(), tensors);
  }

  @Override
  void close();
}
