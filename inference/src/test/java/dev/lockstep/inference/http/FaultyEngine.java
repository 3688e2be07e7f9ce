package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A device that does not come back, or breaks, which no real one does when asked. */
final class FaultyEngine implements Engine {
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean hangs;
  private volatile Optional<String> fault = Optional.empty();

  void hang() {
    hangs = true;
  }

  void fail(String problem) {
    fault = Optional.of(problem);
  }

  void recover() {
    fault = Optional.empty();
  }

  void awaitRun() {
    await(running);
  }

  void release() {
    released.countDown();
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(new TensorSpec("input_ids", ElementType.INT64, List.of(-1L, -1L)));
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of(new TensorSpec("hidden", ElementType.FP32, List.of(-1L, -1L, 1L)));
  }

  @Override
  public Device device() {
    return new Device("hanging", "hanging", 1, false);
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
    fault.ifPresent(problem -> {
      throw new DeviceUnavailableException(problem);
    });
    if (hangs) {
      running.countDown();
      await(released);
    }
    List<Long> shape = inputs.values().iterator().next().shape();
    float[] hidden = new float[Math.toIntExact(shape.get(0) * shape.get(1))];
    return Map.of("hidden", Tensor.float32(List.of(shape.get(0), shape.get(1), 1L), hidden));
  }

  @Override
  public void close() {
    release();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
