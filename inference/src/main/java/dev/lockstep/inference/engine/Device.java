package dev.lockstep.inference.engine;

/**
 * Where a model runs.
 *
 * @param provider ONNX Runtime's execution provider, such as {@code cpu} or {@code cuda}
 * @param name what an operator knows it by, such as {@code 2 cores} or {@code GPU 0}
 * @param lanes runs side by side that it makes sense to have
 * @param separate whether it works while the host does something else
 */
public record Device(String provider, String name, int lanes, boolean separate) {
  public Device {
    if (lanes < 1) {
      throw new IllegalArgumentException("a device has %d lanes; 1 or more".formatted(lanes));
    }
  }
}
