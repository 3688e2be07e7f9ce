package dev.lockstep.inference.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.EmbeddedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The model alone, in this process, on the same sessions and the same texts, tokenized before the
 * clock starts: what the service is held against.
 */
final class RawModel {
  private static final int TOKENS = 256;

  private final Engine engine;
  private final Workload workload;
  private final List<Run> single;
  private final List<Run> full;
  private final AtomicInteger nextFull = new AtomicInteger();
  private int nextSingle;

  private RawModel(Engine engine, Workload workload, List<long[]> texts) {
    this.engine = engine;
    this.workload = workload;
    this.single = texts.stream().map(text -> new Run(List.of(text))).toList();
    this.full = exactRuns(texts);
  }

  /** Tokenizes the texts of a workload. */
  static RawModel of(Engine engine, EmbeddedModel model, Workload workload) {
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(model.tokenizer()),
            Map.of("truncation", "false", "padding", "false"))) {
      return new RawModel(
          engine,
          workload,
          workload.texts().stream().map(text -> tokenizer.encode(text.words()).getIds()).toList());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Texts of one length, as their tokens. */
  private record Run(List<long[]> rows) {
    int length() {
      return rows.getFirst().length;
    }

    int tokens() {
      return rows.size() * length();
    }
  }

  /**
   * Sentences a second when each lane runs batches of one exact length, as full as 256 tokens
   * allow, in random order, each time from where it was.
   */
  double ceiling(Duration measured) {
    long begin = System.nanoTime() + measured.toNanos() / 5;
    long end = begin + measured.toNanos();
    AtomicLong tokens = new AtomicLong();
    List<Thread> lanes = new ArrayList<>();
    for (int i = 0; i < engine.device().lanes(); i++) {
      lanes.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                  Run run = full.get(nextFull.getAndIncrement() % full.size());
                  engine.lend(inputs(run), Width.LANE).close();
                  long now = System.nanoTime();
                  if (now >= begin && now < end) {
                    tokens.addAndGet(run.tokens());
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
    return workload.sentences((double) tokens.get()) / (measured.toNanos() / 1e9);
  }

  /** Milliseconds of one sentence that has the whole device, one after the other. */
  double aloneMedian(Duration measured) {
    List<Double> millis = new ArrayList<>();
    long begin = System.nanoTime() + measured.toNanos() / 5;
    for (long start = System.nanoTime();
        start < begin + measured.toNanos();
        start = System.nanoTime()) {
      engine.lend(inputs(single.get(nextSingle++ % single.size())), Width.WHOLE).close();
      if (start >= begin) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Spread.of(millis).median();
  }

  private static List<Run> exactRuns(List<long[]> texts) {
    Map<Integer, List<long[]>> byLength =
        texts.stream().collect(Collectors.groupingBy(text -> text.length));
    List<Run> runs = new ArrayList<>();
    byLength.forEach((length, same) -> {
      int most = TOKENS / length;
      for (int from = 0; from < same.size(); from += most) {
        runs.add(new Run(same.subList(from, Math.min(from + most, same.size()))));
      }
    });
    Collections.shuffle(runs, new Random(7));
    return runs;
  }

  private static Map<String, Tensor> inputs(Run run) {
    List<Long> shape = List.of((long) run.rows().size(), (long) run.length());
    long[] ids = run.rows().stream().flatMapToLong(Arrays::stream).toArray();
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    return Map.of(
        "input_ids", Tensor.int64(shape, ids),
        "attention_mask", Tensor.int64(shape, ones),
        "token_type_ids", Tensor.int64(shape, new long[ids.length]));
  }
}
