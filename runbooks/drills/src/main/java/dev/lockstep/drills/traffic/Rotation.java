package dev.lockstep.drills.traffic;

import java.util.Arrays;

/**
 * Which task the load balancer sends the next request to. Tasks with equally many requests
 * outstanding wait in one line, so that ties go round; finding the next one takes no longer with a
 * thousand tasks than with two.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html">Routing
 *     algorithms</a>
 */
final class Rotation {
  private static final int NONE = -1;

  private final boolean leastOutstanding;

  /** For each number of outstanding requests the line's first and last task. */
  private int[] first = new int[16];

  private int[] last = new int[16];

  /** For each task its neighbours in the line, and which line it is in. */
  private int[] next = new int[16];

  private int[] previous = new int[16];
  private int[] line = new int[16];
  private int least;
  private int size;

  Rotation(boolean leastOutstanding) {
    this.leastOutstanding = leastOutstanding;
    Arrays.fill(first, NONE);
    Arrays.fill(last, NONE);
    Arrays.fill(line, NONE);
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(int task) {
    return task < line.length && line[task] != NONE;
  }

  /** Takes a task in. */
  void add(int task, int outstanding) {
    ensureTask(task);
    size++;
    append(task, outstanding);
  }

  /** Takes a task out. */
  void remove(int task) {
    unlink(task);
    size--;
  }

  /** A task's outstanding requests have changed. */
  void moved(int task, int outstanding) {
    if (leastOutstanding && contains(task)) {
      unlink(task);
      append(task, outstanding);
    }
  }

  /** The task for the next request. There is one: see {@link #isEmpty}. */
  int next() {
    while (first[least] == NONE) {
      least++;
    }
    int task = first[least];
    if (!leastOutstanding) {
      unlink(task);
      append(task, 0);
    }
    return task;
  }

  private void append(int task, int outstanding) {
    int to = leastOutstanding ? outstanding : 0;
    ensureLine(to);
    line[task] = to;
    next[task] = NONE;
    previous[task] = last[to];
    if (last[to] == NONE) {
      first[to] = task;
    } else {
      next[last[to]] = task;
    }
    last[to] = task;
    least = Math.min(least, to);
  }

  private void unlink(int task) {
    int from = line[task];
    if (previous[task] == NONE) {
      first[from] = next[task];
    } else {
      next[previous[task]] = next[task];
    }
    if (next[task] == NONE) {
      last[from] = previous[task];
    } else {
      previous[next[task]] = previous[task];
    }
    line[task] = NONE;
  }

  private void ensureTask(int task) {
    if (task >= line.length) {
      int length = Math.max(task + 1, line.length * 2);
      int old = line.length;
      next = Arrays.copyOf(next, length);
      previous = Arrays.copyOf(previous, length);
      line = Arrays.copyOf(line, length);
      Arrays.fill(line, old, length, NONE);
    }
  }

  private void ensureLine(int outstanding) {
    if (outstanding >= first.length) {
      int length = Math.max(outstanding + 1, first.length * 2);
      int old = first.length;
      first = Arrays.copyOf(first, length);
      last = Arrays.copyOf(last, length);
      Arrays.fill(first, old, length, NONE);
      Arrays.fill(last, old, length, NONE);
    }
  }
}
