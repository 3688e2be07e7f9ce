package dev.lockstep.drills.traffic;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.Task;
import dev.lockstep.drills.account.TaskRuntime;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks as rows of numbers behind a load balancer that sends each request where the fewest are
 * outstanding. Requests are moments in primitive arrays; none becomes an object.
 */
public final class SimulatedFleet implements TaskRuntime {
  private static final Duration SLICE = Duration.ofSeconds(1);

  private final AccountSettings settings;
  private final Timeline timeline;
  private final Arrivals arrivals;
  private final GpuModel gpu;
  private final List<SimulatedTask> tasks = new ArrayList<>();
  private final Instant start;
  private int firstChoice;

  public SimulatedFleet(
      AccountSettings settings, Timeline timeline, Arrivals arrivals, GpuModel gpu) {
    this.settings = settings;
    this.timeline = timeline;
    this.arrivals = arrivals;
    this.gpu = gpu;
    this.start = timeline.instant();
  }

  /** The first tasks serve at once; later ones pull their image and load their model. */
  @Override
  public void start(Task task, Runnable running, Runnable serving) {
    boolean initial = timeline.instant().equals(start);
    Duration untilRunning = initial ? Duration.ZERO : settings.imagePull();
    Duration untilServing = initial ? Duration.ZERO : settings.modelLoad().plus(untilRunning);
    timeline.after(untilRunning, running);
    timeline.after(
        untilServing,
        () -> {
          serving.run();
          tasks.add(new SimulatedTask(gpu));
        });
  }

  /** Sends requests from now on, a second at a time, and reports to the meter. */
  public void drive(Account account, TrafficMeter meter, long seconds) {
    for (long second = 0; second < seconds; second++) {
      long current = second;
      account.timeline().at(start.plus(SLICE.multipliedBy(second + 1)), () -> play(current, meter));
    }
  }

  /** Plays one second that has just passed, with the tasks that serve by its end. */
  private void play(long second, TrafficMeter meter) {
    for (double moment : arrivals.within(second)) {
      double now = second + moment;
      route(now, meter);
    }
    double end = second + 1.0;
    tasks.forEach(task -> task.advance(end, meter));
  }

  private void route(double now, TrafficMeter meter) {
    if (tasks.isEmpty()) {
      meter.unrouted();
      return;
    }
    meter.arrived();
    if (!leastOutstanding(now, meter).accept(now)) {
      meter.refused();
    }
  }

  /** Ties go round, so that an idle fleet shares the work. */
  private SimulatedTask leastOutstanding(double now, TrafficMeter meter) {
    firstChoice = (firstChoice + 1) % tasks.size();
    SimulatedTask least = tasks.get(firstChoice);
    least.advance(now, meter);
    for (int i = 1; i < tasks.size(); i++) {
      SimulatedTask task = tasks.get((firstChoice + i) % tasks.size());
      task.advance(now, meter);
      if (task.outstanding() < least.outstanding()) {
        least = task;
      }
    }
    return least;
  }
}
