package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.rules.HpaRule;
import dev.lockstep.drills.rules.KpaRule;
import dev.lockstep.drills.rules.ManagedScaling;
import dev.lockstep.drills.rules.PredictiveScaling;
import dev.lockstep.drills.rules.StepScaling;
import dev.lockstep.drills.rules.TargetTracking;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Puts each policy that a user could pick in charge of a stage. */
public final class Policies {
  private static final double SECONDS_A_MINUTE = 60;
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration STEP_COOLDOWN = Duration.ofMinutes(3);

  /** The share of a pod's capacity that Knative aims at unless told otherwise. */
  private static final double KPA_UTILIZATION = 0.7;

  private Policies() {}

  /** Nobody changes anything. */
  public static void nobody(Stage stage) {
    stage.account().tell("policy", "static: nobody changes anything");
  }

  /** Target tracking on requests a target, over cluster auto scaling. */
  public static void targetTracking(Stage stage, double ratePerTask, int targetCapacity) {
    tracked(stage, ratePerTask, targetCapacity);
  }

  private static TrackedTasks tracked(Stage stage, double ratePerTask, int targetCapacity) {
    return new TrackedTasks(
        stage.account(),
        TargetTracking.of(ratePerTask * SECONDS_A_MINUTE),
        TrackedTasks.Tracked.REQUESTS,
        stage.bounds(),
        managed(stage.account(), targetCapacity));
  }

  /** Target tracking on utilization each 20 seconds, over cluster auto scaling. */
  public static void utilizationTracking(Stage stage, double percent, int targetCapacity) {
    var _ =
        new TrackedTasks(
            stage.account(),
            TargetTracking.of(percent),
            TrackedTasks.Tracked.UTILIZATION,
            stage.bounds(),
            managed(stage.account(), targetCapacity));
  }

  /** Target tracking with an hourly forecast as its floor, over cluster auto scaling. */
  public static void predictive(Stage stage, double ratePerTask, int targetCapacity) {
    var _ =
        new PredictedTasks(
            stage.account(),
            new PredictiveScaling(ratePerTask),
            tracked(stage, ratePerTask, targetCapacity));
  }

  /** Step scaling on both layers. */
  public static void steps(Stage stage, double ratePerTask) {
    var _ =
        new SteppedTasks(
            stage.account(),
            StepScaling.of(ratePerTask * SECONDS_A_MINUTE, STEP_COOLDOWN),
            stage.bounds());
  }

  /** The horizontal pod autoscaler's rule over cluster auto scaling. */
  public static void hpaOverCluster(Stage stage, double ratePerTask, int targetCapacity) {
    WatchfulTasks.hpa(
        stage.account(),
        stage.gauge(),
        new HpaRule(ratePerTask),
        stage.bounds(),
        managed(stage.account(), targetCapacity));
  }

  /** The horizontal pod autoscaler's rule with hosts that follow at once. */
  public static void hpaJoint(Stage stage, double ratePerTask) {
    WatchfulTasks.hpa(
        stage.account(),
        stage.gauge(),
        new HpaRule(ratePerTask),
        stage.bounds(),
        new JointHosts(stage.account()));
  }

  /** Knative's rule over cluster auto scaling. */
  public static void kpaOverCluster(Stage stage, double ratePerTask, int targetCapacity) {
    WatchfulTasks.kpa(
        stage.account(),
        stage.gauge(),
        new KpaRule(ratePerTask * KPA_UTILIZATION),
        stage.bounds(),
        managed(stage.account(), targetCapacity));
  }

  /** Knative's rule with hosts that follow at once. */
  public static void kpaJoint(Stage stage, double ratePerTask) {
    WatchfulTasks.kpa(
        stage.account(),
        stage.gauge(),
        new KpaRule(ratePerTask * KPA_UTILIZATION),
        stage.bounds(),
        new JointHosts(stage.account()));
  }

  /** A function that acts on an alarm's transitions and on nothing else. */
  public static void naiveLambda(Stage stage, double ratePerTask) {
    NaiveLambda.connect(stage, ratePerTask);
  }

  /** The real brain, connected as the Terraform module does it. */
  public static void lockstep(Stage stage, Map<String, String> settings) {
    Account account = stage.account();
    GroupSettings group = account.group().settings();
    Map<String, String> environment = new HashMap<>(LockstepWiring.environment(stage.lead()));
    environment.put("LOCKSTEP_MIN_TASKS", String.valueOf(stage.bounds().min()));
    environment.put("LOCKSTEP_MAX_TASKS", String.valueOf(stage.bounds().max()));
    environment.put("LOCKSTEP_MIN_HOSTS", String.valueOf(group.min()));
    environment.put("LOCKSTEP_MAX_HOSTS", String.valueOf(group.max()));
    environment.put("LOCKSTEP_MAX_STEP_HOSTS", String.valueOf(group.max()));
    environment.putAll(settings);
    Policy policy = Policy.fromEnvironment(environment);
    LockstepWiring.connect(account, Controllers.lockstep(account, policy), policy, TICK);
  }

  private static HostKeeper managed(Account account, int targetCapacity) {
    return new ManagedHosts(account, new ManagedScaling(targetCapacity));
  }
}
