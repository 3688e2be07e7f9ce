package dev.lockstep.drills.traffic;

import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.ecs.TaskRuntime;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tasks as rows of numbers. They pull their image, load their model and serve; how long that takes
 * is drawn by the task's number, so that it is the same whatever policy asked for it.
 */
public final class SimulatedFleet implements TaskRuntime, Supplier<Tally> {
  /** How long a task that never passes its health check is given. */
  private static final Duration HEALTH_GRACE = Duration.ofMinutes(2);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ServiceSettings settings;
  private final Timeline timeline;
  private final Chance chance;
  private final FleetTraffic traffic;
  private final LoadBalancing loadBalancing;
  private final Instant start;
  private final Map<Task, Member> members = new HashMap<>();

  /** Hosts whose GPU has failed, and the tasks that the load balancer finds unhealthy. */
  private final Set<String> failedGpus = new HashSet<>();

  private final Set<Task> unhealthy = new HashSet<>();

  /** A task's number in the traffic, and whom to tell of it. */
  private record Member(int number, Progress progress) {}

  /** A fleet without tasks. */
  public SimulatedFleet(
      ServiceSettings settings,
      Timeline timeline,
      Chance chance,
      FleetTraffic traffic,
      LoadBalancing loadBalancing) {
    this.settings = settings;
    this.timeline = timeline;
    this.chance = chance;
    this.traffic = traffic;
    this.loadBalancing = loadBalancing;
    this.start = timeline.instant();
  }

  /** The first tasks serve at once; later ones pull their image and load their model. */
  @Override
  public void start(Task task, Progress progress) {
    members.put(task, new Member(traffic.add(), progress));
    boolean initial = timeline.instant().equals(start);
    Duration pull =
        initial ? Duration.ZERO : settings.imagePull().draw(chance.of("pull", task.index()));
    Duration load =
        initial ? Duration.ZERO : settings.modelLoad().draw(chance.of("load", task.index()));
    switch (qualityOn(task)) {
      case NEVER_RUNS -> timeline.after(pull, () -> report(task, "CannotPullContainerError"));
      case STAYS_PENDING -> {}
      case NEVER_HEALTHY -> {
        timeline.after(pull, () -> report(task, Progress::running));
        timeline.after(
            pull.plus(loadBalancing.deathNoticed()),
            () -> {
              if (members.containsKey(task)) {
                unhealthy.add(task);
              }
            });
        timeline.after(
            pull.plus(load).plus(HEALTH_GRACE),
            () -> report(task, "Task failed ELB health checks"));
      }
      case GOOD, ANSWERS_WITH_ERRORS -> {
        timeline.after(pull, () -> report(task, Progress::running));
        timeline.after(pull.plus(load), () -> report(task, Progress::healthy));
      }
    }
  }

  /** On a host whose GPU has failed no task becomes healthy, whatever it is made of. */
  private Revision.Quality qualityOn(Task task) {
    Revision.Quality quality = task.revision().quality();
    boolean runs =
        quality == Revision.Quality.GOOD || quality == Revision.Quality.ANSWERS_WITH_ERRORS;
    return runs && failedGpus.contains(task.instance().host().id())
        ? Revision.Quality.NEVER_HEALTHY
        : quality;
  }

  private void report(Task task, Consumer<Progress> news) {
    Optional.ofNullable(members.get(task)).map(Member::progress).ifPresent(news);
  }

  private void report(Task task, String failure) {
    report(task, progress -> progress.failed(failure));
  }

  @Override
  public void route(Task task) {
    catchUp();
    int number = number(task);
    if (task.revision().quality() == Revision.Quality.ANSWERS_WITH_ERRORS) {
      traffic.poison(number);
    }
    traffic.route(number);
  }

  @Override
  public void unroute(Task task) {
    catchUp();
    traffic.unroute(number(task));
  }

  @Override
  public void stop(Task task, Runnable stopped) {
    unroute(task);
    whenIdle(task, timeline.instant().plus(loadBalancing.deregistrationDelay()), stopped);
  }

  /** What is not finished when the delay is over is cut. */
  private void whenIdle(Task task, Instant latest, Runnable stopped) {
    timeline.after(
        LOOK,
        () -> {
          catchUp();
          if (!members.containsKey(task)) {
            return;
          }
          boolean late = !timeline.instant().isBefore(latest);
          if (traffic.idle(number(task)) || late) {
            traffic.kill(number(task));
            members.remove(task);
            unhealthy.remove(task);
            stopped.run();
          } else {
            whenIdle(task, latest, stopped);
          }
        });
  }

  /** The load balancer goes on sending requests until its health checks have failed. */
  @Override
  public void kill(Task task) {
    catchUp();
    Member member = members.remove(task);
    unhealthy.remove(task);
    if (member != null) {
      traffic.kill(member.number());
      timeline.after(
          loadBalancing.deathNoticed(),
          () -> {
            catchUp();
            traffic.unroute(member.number());
          });
    }
  }

  /** A task takes requests and answers none, until ECS replaces it for its health checks. */
  public void hang(Task task) {
    catchUp();
    traffic.hang(number(task));
    timeline.after(
        loadBalancing.deathNoticed(), () -> report(task, "Task failed ELB health checks"));
  }

  /**
   * A host's GPU fails, as after an XID error: its tasks take requests and answer none, and what is
   * started there later never passes its health check. ECS sees a host like any other.
   */
  public void failGpu(String hostId) {
    failedGpus.add(hostId);
    List.copyOf(members.keySet()).stream()
        .filter(task ->
            task.state() == Task.State.SERVING && task.instance().host().id().equals(hostId))
        .forEach(this::hang);
  }

  /** Hosts whose GPU has failed. */
  public Set<String> failedGpus() {
    return Set.copyOf(failedGpus);
  }

  /** Tasks that run and fail the load balancer's health check: UnHealthyHostCount. */
  public int unhealthy() {
    return unhealthy.size();
  }

  /** Requests have become so many times as heavy. */
  public void slowAll(double factor) {
    catchUp();
    traffic.slowAll(factor);
  }

  /** Whether users' clients refuse the load balancer's certificate from now on. */
  public void distrust(boolean now) {
    catchUp();
    traffic.distrust(now);
  }

  /** A task's process ends by itself, and ECS knows it at once. */
  public void crash(Task task) {
    report(task, "Essential container in task exited");
  }

  /** A task's GPU takes so many times as long from now on. */
  public void slow(Task task, double factor) {
    catchUp();
    traffic.slow(number(task), factor);
  }

  /** Requests that a task has and has not answered. */
  public long outstanding() {
    catchUp();
    return traffic.outstanding();
  }

  private int number(Task task) {
    Member member = members.get(task);
    if (member == null) {
      throw new IllegalStateException(task.id() + " is not in the fleet");
    }
    return member.number();
  }

  private void catchUp() {
    traffic.advanceTo(Duration.between(start, timeline.instant()).toNanos() / 1000);
  }

  /** What happened up to now, since it was last asked. */
  @Override
  public Tally get() {
    catchUp();
    return traffic.take();
  }
}
