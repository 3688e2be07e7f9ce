package dev.lockstep.inference;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
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
  public String provider() {
    return engine.provider();
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return engine.run(inputs);
  }

  @Override
  public void close() {
    // Its owner closes it.
  }
}
