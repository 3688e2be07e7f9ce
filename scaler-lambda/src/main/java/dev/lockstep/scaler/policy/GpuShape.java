package dev.lockstep.scaler.policy;

/**
 * How tasks pack on hosts. ECS gives a task whole GPUs of one host, so what counts is how many
 * tasks <em>fit</em> a host, not how many GPUs there are in all.
 */
public record GpuShape(int perTask, int perHost) {
  public GpuShape {
    if (perTask < 1) {
      throw new IllegalArgumentException("a task holds 1 GPU or more, not " + perTask);
    }
    if (perHost < perTask) {
      throw new IllegalArgumentException(
          "a task of %d GPUs never fits a host of %d".formatted(perTask, perHost));
    }
  }

  /** {@code floor(perHost / perTask)}: the tasks one host holds. */
  public int tasksPerHost() {
    return perHost / perTask;
  }

  /**
   * {@code ceil(tasks / tasksPerHost())}. Not {@code ceil(tasks * perTask / perHost)}, which is too
   * few whenever a task's GPUs do not divide a host's: 4 tasks of 3 GPUs on 4-GPU hosts need 4
   * hosts, not 3.
   */
  public int hostsFor(int tasks) {
    return Math.ceilDiv(tasks, tasksPerHost());
  }
}
