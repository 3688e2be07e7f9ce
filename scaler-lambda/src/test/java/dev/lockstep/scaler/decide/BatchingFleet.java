package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.ServiceMinute;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Tasks as the design models them, each request given to the task with the fewest outstanding: a
 * free GPU takes what waits, up to 8, and needs {@code (50 + 40 b) x slowness} milliseconds for a
 * batch of {@code b}. Time runs minute by minute; nothing waits for a clock.
 */
final class BatchingFleet {
  private static final int LARGEST_BATCH = 8;
  private static final double MINUTE = 60_000;

  private final Random random;
  private final List<Task> tasks = new ArrayList<>();
  private double time;
  private double nextArrival;
  private double slowness = 1;

  /** What a dependency adds to each answer, without the GPU being any busier. */
  private double dependencyMillis;

  private boolean publishesQueue = true;

  BatchingFleet(long seed, int tasks) {
    this.random = new Random(seed);
    resize(tasks);
  }

  BatchingFleet slow(double times) {
    slowness = times;
    return this;
  }

  BatchingFleet dependency(double millis) {
    dependencyMillis = millis;
    return this;
  }

  BatchingFleet withoutOwnMetrics() {
    publishesQueue = false;
    return this;
  }

  /** Makes one task so many times as slow as the others. */
  BatchingFleet oneBad(double times) {
    tasks.getFirst().slowness = times;
    return this;
  }

  int size() {
    return tasks.size();
  }

  void resize(int size) {
    while (tasks.size() < size) {
      tasks.add(new Task());
    }
    while (tasks.size() > size) {
      tasks.removeLast();
    }
  }

  /** Lives through a minute at a demand in requests a second. */
  ServiceMinute minute(Instant start, double demand) {
    double end = time + MINUTE;
    Tally tally = new Tally();
    PriorityQueue<Task> busy = new PriorityQueue<>(Comparator.comparingDouble(task -> task.freeAt));
    tasks.stream().filter(task -> !task.batch.isEmpty()).forEach(busy::add);
    while (true) {
      Task first = busy.peek();
      if (first != null && first.freeAt <= Math.min(nextArrival, end)) {
        busy.remove();
        first.finish(tally);
        if (first.start(first.freeAt, tally)) {
          busy.add(first);
        }
      } else if (nextArrival < end) {
        Task least = leastOutstanding();
        least.waiting.add(nextArrival);
        tally.requests++;
        if (least.batch.isEmpty() && least.start(nextArrival, tally)) {
          busy.add(least);
        }
        nextArrival += -Math.log(1 - random.nextDouble()) * 1000 / demand;
      } else {
        time = end;
        return tally.minute(start);
      }
    }
  }

  private Task leastOutstanding() {
    Task least = tasks.getFirst();
    for (Task task : tasks) {
      least = task.outstanding() < least.outstanding() ? task : least;
    }
    return least;
  }

  private final class Task {
    private final Deque<Double> waiting = new ArrayDeque<>();
    private final Deque<Double> batch = new ArrayDeque<>();
    private double freeAt;
    private double slowness = 1;

    int outstanding() {
      return waiting.size() + batch.size();
    }

    boolean start(double now, Tally tally) {
      while (!waiting.isEmpty() && batch.size() < LARGEST_BATCH) {
        double arrived = waiting.remove();
        tally.waited += now - arrived;
        tally.begun++;
        batch.add(arrived);
      }
      double millis = (50 + 40 * batch.size()) * slowness * BatchingFleet.this.slowness;
      freeAt = now + millis;
      tally.busy += batch.isEmpty() ? 0 : millis;
      return !batch.isEmpty();
    }

    void finish(Tally tally) {
      batch.forEach(arrived -> tally.latencies.add(freeAt - arrived + dependencyMillis));
      batch.clear();
    }
  }

  private final class Tally {
    private final List<Double> latencies = new ArrayList<>();
    private int requests;
    private int begun;
    private double waited;
    private double busy;

    ServiceMinute minute(Instant start) {
      double[] sorted = latencies.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return new ServiceMinute(
          start,
          OptionalDouble.of(requests),
          OptionalDouble.of(tasks.size()),
          quantile(sorted, 0.95),
          quantile(sorted, 0.5),
          0,
          0,
          publishesQueue ? Optional.of(millis(waited / begun)) : Optional.empty(),
          publishesQueue
              ? OptionalDouble.of(Math.min(100, 100 * busy / tasks.size() / MINUTE))
              : OptionalDouble.empty());
    }

    private Optional<Duration> quantile(double[] sorted, double share) {
      return Arrays.stream(sorted)
          .skip((long) (share * (sorted.length - 1)))
          .mapToObj(Tally::millis)
          .findFirst();
    }

    private static Duration millis(double millis) {
      return Duration.ofNanos(Math.round(millis * 1e6));
    }
  }
}
