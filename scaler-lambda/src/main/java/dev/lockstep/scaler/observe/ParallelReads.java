package dev.lockstep.scaler.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How reads go out: side by side, a few at a time because AWS throttles bursts, or one by one on
 * the caller's thread, where time is virtual and every run must be the same.
 */
public enum ParallelReads {
  /** Each waits for AWS on a thread of its own. */
  SIDE_BY_SIDE {
    @Override
    <T, R> List<R> each(List<T> inputs, Function<T, R> read) {
      if (inputs.size() == 1) {
        return List.of(read.apply(inputs.getFirst()));
      }
      try (ExecutorService threads =
          Executors.newFixedThreadPool(MOST_AT_ONCE, Thread.ofVirtual().factory())) {
        List<Future<R>> reading =
            inputs.stream().map(input -> threads.submit(() -> read.apply(input))).toList();
        List<R> results = new ArrayList<>();
        for (Future<R> result : reading) {
          results.add(get(result));
        }
        return List.copyOf(results);
      }
    }

    @Override
    <T> Future<T> start(Callable<T> read) {
      FutureTask<T> started = new FutureTask<>(read);
      Thread.ofVirtual().start(started);
      return started;
    }
  },
  /** None begins before the one before it is over. */
  ONE_BY_ONE {
    @Override
    <T, R> List<R> each(List<T> inputs, Function<T, R> read) {
      return inputs.stream().map(read).toList();
    }

    @Override
    <T> Future<T> start(Callable<T> read) {
      FutureTask<T> started = new FutureTask<>(read);
      started.run();
      return started;
    }
  };

  private static final int MOST_AT_ONCE = 16;

  /** One result an input, in order. The first failure is thrown. */
  abstract <T, R> List<R> each(List<T> inputs, Function<T, R> read);

  /** Begins a read. */
  abstract <T> Future<T> start(Callable<T> read);

  /** What it brought, or why it brought nothing. */
  static <T> Reading<T> attempt(String what, Callable<T> read) {
    try {
      return new Reading.Known<>(read.call(), what);
    } catch (Exception failure) {
      return new Reading.Unknown<>(
          "%s could not be read: %s".formatted(what, failure.getMessage()));
    }
  }

  static <T> List<List<T>> batches(List<T> all, int size) {
    return IntStream.range(0, Math.ceilDiv(all.size(), size))
        .mapToObj(i -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)))
        .toList();
  }

  static <T> T get(Future<T> reading) {
    try {
      return reading.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(failed.getCause());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the invocation was interrupted while reading", interrupted);
    }
  }
}
