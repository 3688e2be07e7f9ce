package dev.lockstep.drills.control;

/** Between which counts a policy may set the tasks. */
public record TaskBounds(int min, int max) {
  public TaskBounds {
    if (min < 0 || min > max) {
      throw new IllegalArgumentException("bounds of %d to %d hold nothing".formatted(min, max));
    }
  }

  int clamp(int wanted) {
    return Math.clamp(wanted, min, max);
  }
}
