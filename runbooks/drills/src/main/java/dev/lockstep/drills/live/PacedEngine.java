package dev.lockstep.drills.live;

import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives a real engine the pace of a GPU task: a batch runs for real, and is answered when a GPU
 * would have. Without it two cores would serve so many requests that no surge could ever need a
 * second task. The pacing is the drill's; the product knows nothing of it.
 */
final class PacedEngine implements Engine {
  private final Engine engine;
  private final GpuModel gpu;
  private final ReentrantLock device = new ReentrantLock(/* fair= */ true);
  private volatile boolean paced;

  PacedEngine(Engine engine, GpuModel gpu) {
    this.engine = engine;
    this.gpu = gpu;
  }

  @Override
  public List<TensorSpec> inputs() {
    return engine.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return engine.outputs();
  }

  /** One lane, as a GPU: the batcher waits for one run before it starts the next. */
  @Override
  public Device device() {
    Device real = engine.device();
    return new Device(real.provider(), real.name() + ", paced", 1, true);
  }

  /** From now on; a server warms up as fast as it can. */
  void pace() {
    paced = true;
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
    int rows = Math.toIntExact(inputs.values().iterator().next().shape().getFirst());
    device.lock();
    try {
      long start = System.nanoTime();
      Map<String, Tensor> outputs = engine.run(inputs, Width.LANE);
      if (paced) {
        long pace = Math.round(gpu.millis(rows) * 1e6);
        LockSupport.parkNanos(pace - (System.nanoTime() - start));
      }
      return outputs;
    } finally {
      device.unlock();
    }
  }

  /** The engine below belongs to whoever made it. */
  @Override
  public void close() {
    // Nothing of its own to close.
  }
}
