package dev.lockstep.drills.traffic;

import java.util.Arrays;

/** When the batches under way end, the earliest first: a binary heap on plain arrays. */
final class BatchClock {
  private long[] ends = new long[16];
  private int[] tasks = new int[16];
  private int size;

  /** The end of the earliest batch; the end of time without any. */
  long nextEnd() {
    return size == 0 ? Long.MAX_VALUE : ends[0];
  }

  void add(int task, long end) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    int hole = size++;
    while (hole > 0 && ends[(hole - 1) >> 1] > end) {
      int parent = (hole - 1) >> 1;
      ends[hole] = ends[parent];
      tasks[hole] = tasks[parent];
      hole = parent;
    }
    ends[hole] = end;
    tasks[hole] = task;
  }

  /** Removes the earliest batch and returns its task. */
  int remove() {
    int earliest = tasks[0];
    size--;
    long end = ends[size];
    int task = tasks[size];
    int hole = 0;
    while (2 * hole + 1 < size) {
      int child = 2 * hole + 1;
      if (child + 1 < size && ends[child + 1] < ends[child]) {
        child++;
      }
      if (ends[child] >= end) {
        break;
      }
      ends[hole] = ends[child];
      tasks[hole] = tasks[child];
      hole = child;
    }
    ends[hole] = end;
    tasks[hole] = task;
    return earliest;
  }
}
