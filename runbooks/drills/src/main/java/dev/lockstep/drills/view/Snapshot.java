package dev.lockstep.drills.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An account at one moment, as it is shown: the one contract between the simulated cloud and
 * whoever draws it. Times are seconds since the start; what nothing is known of is absent.
 *
 * @param run tells one start of the stack from another
 * @param deployments the newest first
 * @param rolledBack the revision that failed last, unless another was deployed since
 * @param decisions the newest first: those that changed something, and those that somebody asked
 *     for
 * @param events what else happened, the newest first
 */
public record Snapshot(
    String run,
    double second,
    Traffic traffic,
    Fleet fleet,
    Brain brain,
    Switches switches,
    List<Rollout> deployments,
    Optional<String> rolledBack,
    List<AlarmLight> alarms,
    List<Verdict> decisions,
    List<Event> events) {

  public Snapshot {
    deployments = List.copyOf(deployments);
    alarms = List.copyOf(alarms);
    decisions = List.copyOf(decisions);
    events = List.copyOf(events);
  }

  /**
   * What users send and get.
   *
   * @param demand requests a second that users sent of late
   * @param capacity requests a second that the serving tasks sustain within the budget
   * @param ratePerTask requests a second of one task
   * @param p95Millis of the requests of late; absent when none was answered
   */
  public record Traffic(
      double demand,
      double capacity,
      double ratePerTask,
      OptionalDouble p95Millis,
      long budgetMillis,
      Counts recent,
      Counts total) {}

  /** What became of requests: refused for want of room, or failed. */
  public record Counts(long sent, long served, long refused, long failed) {}

  /**
   * Hosts, and the tasks on them.
   *
   * @param hostsOrdered asked of the group and not launched yet
   * @param hostsDenied asked for, and EC2 has none to give
   * @param tasksWanted what demand needs by the brain's newest decision
   * @param withoutHost tasks that are asked for and have no host
   * @param prolonged of those the ones that no host on its way is for
   */
  public record Fleet(
      int hostsAsked,
      int hostsReady,
      int hostsOrdered,
      int hostsDenied,
      int hostsMost,
      int tasksAsked,
      int tasksServing,
      int tasksWanted,
      int tasksMost,
      int withoutHost,
      int prolonged,
      List<HostBox> hosts) {
    public Fleet {
      hosts = List.copyOf(hosts);
    }
  }

  /** What a host is up to. */
  public enum HostState {
    /** Launched, and not registered with ECS yet. */
    BOOTING,
    READY,
    /** It takes no more tasks and waits until its last has gone. */
    DRAINING,
    /** It shuts down. */
    ENDING,
    /** It died. Auto Scaling notices a while later and replaces it. */
    DEAD
  }

  /**
   * One host and its GPUs.
   *
   * @param gpus what ECS may place tasks on; while it boots, what its type has
   * @param age seconds since its launch
   */
  public record HostBox(
      String id,
      String zone,
      String type,
      HostState state,
      int gpus,
      int freeGpus,
      double age,
      List<TaskChip> tasks) {
    public HostBox {
      tasks = List.copyOf(tasks);
    }
  }

  /** What a task is up to. */
  public enum TaskState {
    /** Placed, and not running yet. */
    PENDING,
    /** It runs and loads its model. */
    LOADING,
    SERVING,
    STOPPING
  }

  /** One task in its GPUs. */
  public record TaskChip(String id, String revision, TaskState state, int gpus) {}

  /**
   * The brain itself.
   *
   * @param lookedAt when it last decided; absent until it has
   * @param lastLook its newest decision in one line, one to do nothing too
   * @param heldFor seconds until an operator's hold lapses; absent without one
   */
  public record Brain(OptionalDouble lookedAt, String lastLook, OptionalDouble heldFor) {}

  /** What somebody has switched on. */
  public record Switches(boolean surge, boolean noCapacity) {}

  /**
   * A deployment of the service, named as ECS names its states.
   *
   * @param stuck why it cannot go on by itself; absent while it may
   */
  public record Rollout(
      String id, String revision, String state, int failedTasks, Optional<String> stuck) {}

  /** An alarm and its state. */
  public record AlarmLight(String name, String state) {}

  /**
   * A decision.
   *
   * @param number counts from 1 on
   * @param trigger what the brain was called by
   * @param done what it did; empty when nothing was to be done
   * @param reasons why, a sentence each
   * @param failed whether something went wrong with it
   */
  public record Verdict(
      long number,
      double second,
      String trigger,
      List<String> done,
      List<String> reasons,
      boolean failed) {
    public Verdict {
      done = List.copyOf(done);
      reasons = List.copyOf(reasons);
    }
  }

  /** What kind of thing happened. */
  public enum EventKind {
    FLEET,
    ALARM,
    DEPLOYMENT,
    OPERATOR,
    TROUBLE
  }

  /** Something that happened in the account, in one line. */
  public record Event(long number, double second, EventKind kind, String text) {}
}
