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

  /** The execution provider in use, such as {@code cpu} or {@code cuda}. */
  String provider();

  /**
   * Runs the model once.
   *
   * @param inputs one tensor for each of {@link #inputs()}, by name
   * @throws InvalidInputException when a tensor is missing, unknown, or of the wrong type or shape
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs);

  @Override
  void close();
}
