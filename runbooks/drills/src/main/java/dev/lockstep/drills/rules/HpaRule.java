package dev.lockstep.drills.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The Kubernetes horizontal pod autoscaler. Every 15 s {@code ceil(current x metric / target)}
 * unless within 10 %; up by at most the larger of 4 pods and 100 % in 15 s; down to the highest
 * recommendation of the last 300 s.
 *
 * <p>Remembers its recommendations: one instance drives one service.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/">Horizontal
 *     Pod Autoscaling</a>
 */
public final class HpaRule {
  public static final Duration SYNC = Duration.ofSeconds(15);
  private static final Duration STABILIZATION = Duration.ofMinutes(5);
  private static final double TOLERANCE = 0.1;
  private static final int PODS_A_STEP = 4;

  private record Recommendation(Instant at, int replicas) {}

  private final double target;
  private final Deque<Recommendation> recommended = new ArrayDeque<>();

  /**
   * A rule for a target.
   *
   * @param target average of the metric over the pods
   */
  public HpaRule(double target) {
    if (!(target > 0)) {
      throw new IllegalArgumentException("the target is above 0, not " + target);
    }
    this.target = target;
  }

  /**
   * The replicas that are wanted now.
   *
   * @param current what the scale subresource says
   * @param ready pods that the metric was taken from; unready ones count as 0 on the way up
   * @param perPod the metric's average over the ready pods
   */
  public int desired(Instant now, int current, int ready, double perPod) {
    int proposal = proposal(current, ready, perPod);
    recommended.addLast(new Recommendation(now, proposal));
    Instant horizon = now.minus(STABILIZATION);
    while (!recommended.isEmpty() && recommended.getFirst().at().isBefore(horizon)) {
      recommended.removeFirst();
    }
    if (proposal >= current) {
      return Math.min(proposal, Math.max(current + PODS_A_STEP, 2 * current));
    }
    int highest = recommended.stream().mapToInt(Recommendation::replicas).max().orElse(proposal);
    return Math.min(current, highest);
  }

  private int proposal(int current, int ready, double perPod) {
    if (ready == 0) {
      return current;
    }
    double ratio = perPod / target;
    if (Math.abs(ratio - 1) <= TOLERANCE) {
      return current;
    }
    boolean someUnready = current > ready;
    if (ratio > 1 && someUnready) {
      // Pods that are not ready yet are assumed to use nothing, which dampens the way up.
      double damped = ratio * ready / current;
      return damped <= 1 + TOLERANCE ? current : (int) Math.ceil(damped * current);
    }
    return (int) Math.ceil(ratio * ready);
  }
}
