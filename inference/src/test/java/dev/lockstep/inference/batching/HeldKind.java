package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shouts; each run needs a permit of the test's, and no interrupt ends one. */
public final class HeldKind implements BatchKind<String, String> {
  private final CostModel cost;
  private final Semaphore runs = new Semaphore(0);
  private final Semaphore started = new Semaphore(0);
  private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

  public HeldKind(CostModel cost) {
    this.cost = cost;
  }

  public void letGo(int permits) {
    runs.release(permits);
  }

  public void awaitStarted() {
    try {
      assertThat(started.tryAcquire(30, TimeUnit.SECONDS)).as("a run has started").isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  List<List<String>> batches() {
    return List.copyOf(batches);
  }

  /** Texts whose length is that of their letters. */
  public CompletableFuture<List<String>> submit(Batcher to, Caller caller, String... texts) {
    List<Sized<String>> inputs =
        Arrays.stream(texts).map(text -> new Sized<>(text, text.length(), 1)).toList();
    return to.submit(this, inputs, caller);
  }

  /** Somebody who waits for so long. */
  public static Caller caller(Ticker ticker, Duration patience) {
    return new Caller(Deadline.after(ticker, patience), new Cancellation());
  }

  static String shouted(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  @Override
  public BatchLimits limits() {
    return TestKind.LIMITS;
  }

  @Override
  public CostModel cost() {
    return cost;
  }

  @Override
  public Prepared<String> prepare(List<String> inputs, Layout layout) {
    return _ -> run(inputs);
  }

  private Supplier<List<String>> run(List<String> inputs) {
    batches.add(List.copyOf(inputs));
    started.release();
    runs.acquireUninterruptibly();
    if (inputs.contains("bad")) {
      throw new IllegalArgumentException("a bad input");
    }
    return () ->
        inputs.contains("swallow") ? List.of() : inputs.stream().map(HeldKind::shouted).toList();
  }
}
