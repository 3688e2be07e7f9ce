package dev.lockstep.inference.http;

import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.FakeTextEngine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A device that does not come back, or breaks, which no real one does when asked. */
public final class FaultyEngine extends FakeTextEngine {
  private static final long WIDTH = 1;

  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean hangs;
  private volatile Optional<String> fault = Optional.empty();

  public FaultyEngine() {
    super(WIDTH);
  }

  public void hang() {
    hangs = true;
  }

  void fail(String problem) {
    fault = Optional.of(problem);
  }

  void recover() {
    fault = Optional.empty();
  }

  public void awaitRun() {
    await(running);
  }

  public void release() {
    released.countDown();
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
    return zeros(inputs, WIDTH);
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
