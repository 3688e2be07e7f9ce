package dev.lockstep.drills.account;

/**
 * What a task is made of: the seam between the simulated account and whoever answers requests. In
 * virtual time a task is a row of numbers; in the live stack it is a real server.
 */
public interface TaskRuntime {

  /**
   * Starts a task. Both events happen on the timeline, in this order, and not within the call.
   *
   * @param running the container runs
   * @param serving it passes the load balancer's health check and takes requests
   */
  void start(Task task, Runnable running, Runnable serving);
}
