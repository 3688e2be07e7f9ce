package dev.lockstep.drills.ecs;

/**
 * What a task is made of: the seam between the simulated account and whoever answers requests. In
 * virtual time a task is a row of numbers; in the live stack it is a real server.
 *
 * <p>Everything that is reported back happens on the timeline and not within the call.
 */
public interface TaskRuntime {

  /** How a task fares. */
  interface Progress {
    /** The container runs. */
    void running();

    /** It passes the load balancer's health check. */
    void healthy();

    /** It ended by itself, or it no longer passes the health check. */
    void failed(String why);
  }

  /** Starts a task. A task that has been stopped or killed reports nothing more. */
  void start(Task task, Progress progress);

  /** The load balancer sends requests to it from now on. */
  void route(Task task);

  /** The load balancer sends it nothing new; what it has begun it may finish. */
  void unroute(Task task);

  /**
   * Stops a task in good order: unrouted, what it has begun finished within the deregistration
   * delay, then stopped.
   *
   * @param stopped its GPUs are free
   */
  void stop(Task task, Runnable stopped);

  /** It is gone at once, with what it was doing. */
  void kill(Task task);
}
