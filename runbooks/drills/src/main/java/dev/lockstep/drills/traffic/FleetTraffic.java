package dev.lockstep.drills.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * The tasks behind a load balancer, request by request. Requests are moments in primitive arrays;
 * none becomes an object. Times are microseconds since the start.
 *
 * <p>Each request goes to the task with the fewest outstanding, or in turn. A task that has died
 * keeps getting its share until the load balancer has noticed.
 */
public final class FleetTraffic {
  private final RequestTimes requests;
  private final GpuModel gpu;
  private final long timeoutMicros;
  private final Rotation rotation;
  private final BatchClock clock = new BatchClock();
  private final List<SimulatedTask> tasks = new ArrayList<>();
  private final Tally total = new Tally();
  private Tally current = new Tally();
  private long now;
  private int second;
  private int position;
  private boolean untrusted;
  private double slowness = 1;

  /**
   * A fleet without tasks.
   *
   * @param loadBalancing the load balancer's algorithm and patience
   */
  public FleetTraffic(RequestTimes requests, GpuModel gpu, LoadBalancing loadBalancing) {
    this.requests = requests;
    this.gpu = gpu;
    this.timeoutMicros = loadBalancing.timeout().toNanos() / 1000;
    this.rotation = new Rotation(loadBalancing.leastOutstanding());
  }

  /** Adds a task that is sent nothing yet; returns its number. */
  public int add() {
    SimulatedTask task = new SimulatedTask(gpu);
    task.slow(slowness);
    tasks.add(task);
    return tasks.size() - 1;
  }

  /** The load balancer sends it requests from now on. */
  public void route(int task) {
    if (!rotation.contains(task)) {
      rotation.add(task, tasks.get(task).outstanding());
    }
  }

  /** The load balancer sends it nothing new. */
  public void unroute(int task) {
    if (rotation.contains(task)) {
      rotation.remove(task);
    }
  }

  /** Whether everything it has begun is finished. */
  public boolean idle(int task) {
    return tasks.get(task).outstanding() == 0;
  }

  /** What it was doing fails; until it is unrouted, what is sent to it is never answered. */
  public void kill(int task) {
    SimulatedTask dead = tasks.get(task);
    dead.failAll(current);
    dead.behaves(SimulatedTask.Behaviour.SILENT);
    rotation.moved(task, 0);
  }

  /** It answers with errors from now on. */
  public void poison(int task) {
    tasks.get(task).behaves(SimulatedTask.Behaviour.ERRS);
  }

  /** It takes requests and answers none from now on. */
  public void hang(int task) {
    tasks.get(task).behaves(SimulatedTask.Behaviour.SILENT);
  }

  /** Its GPU takes so many times as long from now on. */
  public void slow(int task, double factor) {
    tasks.get(task).slow(factor);
  }

  /** Requests have become so many times as heavy, for every task there is and will be. */
  public void slowAll(double factor) {
    slowness = factor;
    tasks.forEach(task -> task.slow(factor));
  }

  /** Whether users' clients refuse the load balancer's certificate. */
  public void distrust(boolean now) {
    untrusted = now;
  }

  /** Plays every request and every batch up to a moment. */
  public void advanceTo(long until) {
    while (second < requests.seconds()) {
      int end = requests.first(second + 1);
      while (position < end) {
        long at = requests.at(second, position);
        if (at >= until) {
          finishBatches(until);
          now = until;
          return;
        }
        finishBatches(at);
        now = at;
        send();
        position++;
      }
      second++;
    }
    finishBatches(until);
    now = until;
  }

  private void send() {
    if (untrusted) {
      current.untrusted();
      return;
    }
    if (rotation.isEmpty()) {
      current.unrouted();
      return;
    }
    int chosen = rotation.next();
    SimulatedTask task = tasks.get(chosen);
    current.arrived();
    if (task.silent()) {
      task.giveUp(now - timeoutMicros, current);
    }
    if (task.full()) {
      current.refused();
      return;
    }
    task.queue(now);
    if (!task.working() && !task.silent()) {
      clock.add(chosen, task.startBatch(now, current));
    }
    rotation.moved(chosen, task.outstanding());
  }

  private void finishBatches(long until) {
    while (clock.nextEnd() <= until) {
      long end = clock.nextEnd();
      int number = clock.remove();
      SimulatedTask task = tasks.get(number);
      if (task.working()) {
        task.finishBatch(end, current);
        if (task.outstanding() > 0 && !task.silent()) {
          clock.add(number, task.startBatch(end, current));
        }
        rotation.moved(number, task.outstanding());
      }
    }
  }

  /** What has been counted since the last call. */
  public Tally take() {
    for (SimulatedTask task : tasks) {
      if (task.silent()) {
        task.giveUp(now - timeoutMicros, current);
      }
    }
    Tally taken = current;
    total.addAll(taken);
    current = new Tally();
    return taken;
  }

  /** What has been counted since the start, up to the last {@link #take}. */
  public Tally total() {
    return total;
  }

  /** Requests that are queued or on a GPU. */
  public long outstanding() {
    return tasks.stream().mapToLong(SimulatedTask::outstanding).sum();
  }
}
