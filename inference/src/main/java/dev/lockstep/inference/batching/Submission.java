package dev.lockstep.inference.batching;

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
  private int missing;

  @SuppressWarnings("NullAway") // The places are filled before anybody sees them.
  Submission(int inputs) {
    this.outputs = new ArrayList<>(Collections.nCopies(inputs, null));
    this.missing = inputs;
  }

  CompletableFuture<List<O>> result() {
    return result;
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
