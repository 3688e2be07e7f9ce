package dev.lockstep.scaler.policy;

import java.util.HashMap;
import java.util.Map;

/** The environment that tests start from: the design's own numbers. */
public final class Policies {
  private Policies() {}

  public static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("LOCKSTEP_CLUSTER", "gpu");
    environment.put("LOCKSTEP_SERVICE", "embed");
    environment.put("LOCKSTEP_ASG", "gpu-hosts");
    environment.put("LOCKSTEP_LOAD_BALANCER", "app/lockstep/50dc6c495c0c9188");
    environment.put("LOCKSTEP_TARGET_GROUP", "targetgroup/embed/73e2d6bc24d8a067");
    environment.put("LOCKSTEP_RPS_PER_TASK", "8");
    environment.put("LOCKSTEP_P95_BUDGET_MS", "250");
    environment.put("LOCKSTEP_GPUS_PER_TASK", "1");
    environment.put("LOCKSTEP_GPUS_PER_HOST", "1");
    environment.put("LOCKSTEP_MIN_TASKS", "2");
    environment.put("LOCKSTEP_MAX_TASKS", "10");
    environment.put("LOCKSTEP_MIN_HOSTS", "2");
    environment.put("LOCKSTEP_MAX_HOSTS", "10");
    environment.put("LOCKSTEP_MAX_STEP_HOSTS", "8");
    environment.put("LOCKSTEP_SPARE", "0 tasks");
    environment.put("LOCKSTEP_LEAD_SECONDS", "240");
    environment.put("LOCKSTEP_FORECAST", "true");
    environment.put("LOCKSTEP_SCHEDULE", "none");
    environment.put("LOCKSTEP_TASK_RELEASE", "together");
    environment.put("LOCKSTEP_DRY_RUN", "false");
    return environment;
  }

  /** The environment with pairs of setting and value changed. */
  public static Policy with(String... changes) {
    Map<String, String> environment = environment();
    for (int i = 0; i < changes.length; i += 2) {
      environment.put("LOCKSTEP_" + changes[i], changes[i + 1]);
    }
    return Policy.fromEnvironment(environment);
  }
}
