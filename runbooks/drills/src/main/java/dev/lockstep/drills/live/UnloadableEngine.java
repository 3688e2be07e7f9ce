package dev.lockstep.drills.live;

import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Map;

/**
 * What a bad revision brings: it looks like the model, and cannot be run. A server that warms it up
 * finds that out and does not start.
 */
final class UnloadableEngine implements Engine {
  private final Engine good;

  UnloadableEngine(Engine good) {
    this.good = good;
  }

  @Override
  public List<TensorSpec> inputs() {
    return good.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return good.outputs();
  }

  @Override
  public Device device() {
    return good.device();
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
    throw new UnusableModelException("the weights of this revision cannot be read");
  }

  /** The engine below belongs to whoever made it. */
  @Override
  public void close() {
    // Nothing of its own to close.
  }
}
