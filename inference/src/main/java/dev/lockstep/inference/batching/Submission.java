package dev.lockstep.inference.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A request split into its inputs, and joined when the last of them is done. It ends once: with
 * every output in the order of the inputs, or with the first failure of any.
 */
final class Submission<O> {
  private final CompletableFuture<List<O>> result = new CompletableFuture<>();
  private final List<O> outputs;
  private final RunListener listener;
  private final Duration unread;
  private int missing;

  Submission(int inputs) {
    this(inputs, RunListener.NONE, Duration.ZERO);
  }

  @SuppressWarnings("NullAway") // The places are filled before anybody sees them.
  Submission(int inputs, RunListener listener, Duration unread) {
    this.unread = unread;
    this.listener = listener;
    this.outputs = new ArrayList<>(Collections.nCopies(inputs, null));
    this.missing = inputs;
  }

  CompletableFuture<List<O>> result() {
    return result;
  }

  /** What its inputs have waited before they came here. */
  Duration unread() {
    return unread;
  }

  /** Whether anybody wants to hear of its runs. */
  boolean isWatched() {
    return !listener.equals(RunListener.NONE);
  }

  void ran(RunListener.Run run) {
    listener.ran(run);
  }

  boolean isOver() {
    return result.isDone();
  }

  void complete(int index, O output) {
    boolean last;
    synchronized (this) {
      outputs.set(index, output);
      missing--;
      last = missing == 0;
    }
    if (last) {
      result.complete(Collections.unmodifiableList(outputs));
    }
  }

  void fail(Throwable problem) {
    result.completeExceptionally(problem);
  }
}
