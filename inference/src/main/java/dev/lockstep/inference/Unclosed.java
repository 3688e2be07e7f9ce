package dev.lockstep.inference;

import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Outputs;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Map;

/** Somebody else's engine: a server that uses it must not close it when it closes itself. */
record Unclosed(Engine engine) implements Engine {
  @Override
  public List<TensorSpec> inputs() {
    return engine.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return engine.outputs();
  }

  @Override
  public Device device() {
    return engine.device();
  }

  @Override
  public boolean packs() {
    return engine.packs();
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
    return engine.run(inputs, width);
  }

  @Override
  public Outputs lend(Map<String, Tensor> inputs, Width width) {
    return engine.lend(inputs, width);
  }

  @Override
  public void close() {
    // Its owner closes it.
  }
}
