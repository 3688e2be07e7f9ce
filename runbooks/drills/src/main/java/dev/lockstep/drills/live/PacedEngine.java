package dev.lockstep.drills.live;

import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Gives a real engine the pace of a GPU task: it takes what waits, runs it for real, and answers
 * when a GPU would have. Without it two cores would serve so many requests that no surge could ever
 * need a second task. The pacing is the drill's; the product knows nothing of it.
 */
final class PacedEngine implements Engine {
  private record Work(
      Map<String, Tensor> inputs, int rows, CompletableFuture<Map<String, Tensor>> result) {}

  private final Engine engine;
  private final GpuModel gpu;
  private final BlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
  private final Thread worker;

  PacedEngine(Engine engine, GpuModel gpu) {
    this.engine = engine;
    this.gpu = gpu;
    this.worker = Thread.ofVirtual().name("paced-gpu").start(this::work);
  }

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
    return engine.provider() + ", paced";
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    int rows = Math.toIntExact(inputs.values().iterator().next().shape().getFirst());
    Work work = new Work(inputs, rows, new CompletableFuture<>());
    waiting.add(work);
    try {
      return work.result().join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private void work() {
    try {
      while (true) {
        runBatch(nextBatch());
      }
    } catch (InterruptedException _) {
      // Closed.
    } finally {
      waiting.forEach(
          work -> work.result().completeExceptionally(new IllegalStateException("task stopped")));
    }
  }

  private List<Work> nextBatch() throws InterruptedException {
    List<Work> batch = new ArrayList<>();
    batch.add(waiting.take());
    waiting.drainTo(batch, gpu.largestBatch() - 1);
    return batch;
  }

  private void runBatch(List<Work> batch) throws InterruptedException {
    long start = System.nanoTime();
    List<Runnable> answers = new ArrayList<>();
    int rows = 0;
    for (Work work : batch) {
      rows += work.rows();
      answers.add(answer(work));
    }
    Duration pace = Duration.ofNanos(Math.round(gpu.millis(rows) * 1e6));
    Thread.sleep(Duration.ofNanos(Math.max(0, pace.toNanos() - (System.nanoTime() - start))));
    answers.forEach(Runnable::run);
  }

  private Runnable answer(Work work) {
    try {
      Map<String, Tensor> outputs = engine.run(work.inputs());
      return () -> work.result().complete(outputs);
    } catch (RuntimeException failed) {
      return () -> work.result().completeExceptionally(failed);
    }
  }

  /** Stops the pacing; the engine below belongs to whoever made it. */
  @Override
  public void close() {
    worker.interrupt();
  }
}
