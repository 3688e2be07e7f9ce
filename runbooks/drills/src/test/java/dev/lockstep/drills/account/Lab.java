package dev.lockstep.drills.account;

import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.ecs.ServiceSettings;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.ecs.TaskRuntime;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.time.VirtualTimeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An account to experiment with: fixed times, tasks that serve nobody, and a log of it all. */
public final class Lab {
  public static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  public static final Duration BOOT = Duration.ofSeconds(100);
  public static final Duration PULL = Duration.ofSeconds(30);
  public static final Duration LOAD = Duration.ofSeconds(20);

  /** Two hosts of one GPU with two tasks, and room for five. */
  public static final GroupSettings GROUP = GroupSettings.of(1, 2, 5, Delay.of(BOOT));

  public static final ServiceSettings SERVICE =
      ServiceSettings.of(1, 2, Delay.of(PULL), Delay.of(LOAD));

  private final VirtualTimeline timeline = new VirtualTimeline(START);
  private final List<String> log = new ArrayList<>();
  private final Set<Task> routed = new HashSet<>();
  private final Account account;

  public Lab() {
    this(GROUP, SERVICE);
  }

  public Lab(GroupSettings group, ServiceSettings service) {
    account =
        new Account(
            new AccountSettings(group, service),
            timeline,
            new Chance(1),
            new PatientRuntime(),
            change -> log.add(since() + " " + change.line()));
  }

  private long since() {
    return Duration.between(START, timeline.instant()).toSeconds();
  }

  public Account account() {
    return account;
  }

  /** What happened, each line with the seconds since the start; the first tasks are settled. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Lets the first tasks start and forgets how they did. */
  public Lab settled() {
    runTo(100);
    log.clear();
    return this;
  }

  public Lab runTo(long second) {
    timeline.runUntil(START.plusSeconds(second));
    return this;
  }

  /** Tasks that the load balancer would send requests to. */
  public Set<Task> routed() {
    return Set.copyOf(routed);
  }

  /** Tasks take as long as the settings say, and stop at once. */
  private final class PatientRuntime implements TaskRuntime {
    @Override
    public void start(Task task, Progress progress) {
      switch (task.revision().quality()) {
        case NEVER_RUNS -> timeline.after(PULL, () -> progress.failed("CannotPullContainerError"));
        case STAYS_PENDING -> {}
        case NEVER_HEALTHY -> {
          timeline.after(PULL, progress::running);
          timeline.after(
              PULL.plus(LOAD).plus(LOAD), () -> progress.failed("failed ELB health checks"));
        }
        case GOOD, ANSWERS_WITH_ERRORS -> {
          timeline.after(PULL, progress::running);
          timeline.after(PULL.plus(LOAD), progress::healthy);
        }
      }
    }

    @Override
    public void route(Task task) {
      routed.add(task);
    }

    @Override
    public void unroute(Task task) {
      routed.remove(task);
    }

    @Override
    public void stop(Task task, Runnable stopped) {
      routed.remove(task);
      timeline.after(Duration.ofSeconds(10), stopped);
    }

    @Override
    public void kill(Task task) {
      routed.remove(task);
    }
  }
}
