package dev.lockstep.drills.account;

import java.time.Instant;

/** One instance of the group. */
public final class Host {
  private final String id;
  private final Instant launchedAt;
  private boolean inService;
  private boolean registered;
  private int freeGpus;

  Host(String id, Instant launchedAt, int gpus) {
    this.id = id;
    this.launchedAt = launchedAt;
    this.freeGpus = gpus;
  }

  public String id() {
    return id;
  }

  public Instant launchedAt() {
    return launchedAt;
  }

  /** In service in the group. EC2 answers for it well before ECS knows it. */
  public boolean inService() {
    return inService;
  }

  /** Its agent has registered it with ECS. */
  public boolean registered() {
    return registered;
  }

  public int freeGpus() {
    return freeGpus;
  }

  void entersService() {
    inService = true;
  }

  void registers() {
    registered = true;
  }

  /** ECS pins whole GPUs to a task until the task has stopped. */
  boolean holds(int gpus) {
    if (!registered || freeGpus < gpus) {
      return false;
    }
    freeGpus -= gpus;
    return true;
  }
}
