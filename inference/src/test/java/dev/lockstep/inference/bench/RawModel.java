package dev.lockstep.inference.bench;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The model alone, in this process, on the same sessions: what the service is held against. */
final class RawModel {
  private static final int TOKENS = 256;

  private final Engine engine;

  RawModel(Engine engine) {
    this.engine = engine;
  }

  /** Rows of one length. */
  private record Run(int rows, int length) {}

  /**
   * Sentences a second when each lane runs batches of one exact length, as full as 256 tokens
   * allow, in random order.
   */
  double ceiling(Workload workload, Duration measured) {
    List<Run> runs = exactRuns(workload);
    long begin = System.nanoTime() + measured.toNanos() / 5;
    long end = begin + measured.toNanos();
    AtomicInteger next = new AtomicInteger();
    AtomicLong rows = new AtomicLong();
    List<Thread> lanes = new ArrayList<>();
    for (int i = 0; i < engine.device().lanes(); i++) {
      lanes.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                  Run run = runs.get(next.getAndIncrement() % runs.size());
                  engine.lend(inputs(run), Width.LANE).close();
                  long now = System.nanoTime();
                  if (now >= begin && now < end) {
                    rows.addAndGet(run.rows());
                  }
                }
              }));
    }
    for (Thread lane : lanes) {
      try {
        lane.join();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException("the benchmark was stopped", stopped);
      }
    }
    return rows.get() / (measured.toNanos() / 1e9);
  }

  /** Milliseconds of one sentence that has the whole device, one after the other. */
  double aloneMedian(Workload workload, Duration measured) {
    List<Double> millis = new ArrayList<>();
    List<Integer> lengths = workload.lengths();
    long begin = System.nanoTime() + measured.toNanos() / 5;
    int next = 0;
    for (long start = System.nanoTime();
        start < begin + measured.toNanos();
        start = System.nanoTime()) {
      engine.lend(inputs(new Run(1, lengths.get(next++ % lengths.size()))), Width.WHOLE).close();
      if (start >= begin) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Spread.of(millis).median();
  }

  private static List<Run> exactRuns(Workload workload) {
    Map<Integer, Integer> byLength = new TreeMap<>();
    workload.lengths().forEach(length -> byLength.merge(length, 1, Integer::sum));
    List<Run> runs = new ArrayList<>();
    byLength.forEach((length, rows) -> {
      for (int left = rows; left > 0; left -= TOKENS / length) {
        runs.add(new Run(Math.min(left, TOKENS / length), length));
      }
    });
    Collections.shuffle(runs, new Random(7));
    return runs;
  }

  private static Map<String, Tensor> inputs(Run run) {
    List<Long> shape = List.of((long) run.rows(), (long) run.length());
    long[] ids = new long[run.rows() * run.length()];
    Arrays.fill(ids, 2_051);
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    return Map.of(
        "input_ids", Tensor.int64(shape, ids),
        "attention_mask", Tensor.int64(shape, ones),
        "token_type_ids", Tensor.int64(shape, new long[ids.length]));
  }
}
