package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.control.Policies;
import dev.lockstep.drills.rules.Clairvoyant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Every policy that a user could pick, each with the range that its user would tune it over. */
public final class Contenders {
  private static final UnaryOperator<AccountSettings> NO_CHANGE = UnaryOperator.identity();

  /**
   * From lean to generous. Steady demand alone would be late so rarely; what comes with the real
   * one's jumps is what is measured.
   */
  private static final List<String> LATE_PERCENTS =
      List.of(
          "30", "16", "7", "3", "1", "0.3", "0.1", "0.03", "0.003", "3e-5", "3e-8", "1e-13",
          "1e-21", "1e-30", "1e-40");

  /** The same range in fewer steps, to see what one part of it alone is worth. */
  private static final List<String> FEWER_PERCENTS =
      List.of("16", "3", "0.1", "0.003", "3e-8", "1e-21");

  /** The Terraform module's default. */
  private static final String USUAL_PERCENT = "0.1";

  private Contenders() {}

  /** All of them, the product first and the bounds last. */
  public static List<Contender> all(Experiment experiment) {
    return List.of(
        lockstep("lockstep", "hosts and tasks in one decision", LATE_PERCENTS, "true", NO_CHANGE),
        lockstep(
            "lockstep-reactive",
            "the same without its forecast",
            FEWER_PERCENTS,
            "false",
            NO_CHANGE),
        lockstep(
            "lockstep-warm-pool",
            "the same with the warm hosts that native-warm-pool has",
            FEWER_PERCENTS,
            "true",
            Baselines::withWarmHosts),
        Baselines.tracking("native-target-tracking", List.of(100, 90), NO_CHANGE),
        Baselines.tracking("native-target-tracking-80", List.of(80, 70), NO_CHANGE),
        Baselines.tracking("native-warm-pool", List.of(100, 90), Baselines::withWarmHosts),
        Baselines.utilization(List.of(100, 90)),
        Baselines.steps(),
        Baselines.predictive(List.of(100, 90)),
        Baselines.hpaCluster(),
        Baselines.hpaJoint(),
        Baselines.kpaCluster(),
        Baselines.kpaJoint(),
        Baselines.naiveLambda(),
        Bounds.staticMinimum(experiment),
        Bounds.staticPeak(experiment),
        Bounds.reactive(),
        Bounds.clairvoyant());
  }

  /** The fleet that host-hours are measured against. */
  static Clairvoyant.Schedule optimum(Needs needs, int leadSeconds, int initial) {
    return Clairvoyant.optimum(
        needs.around(Experiment.RATE_PER_TASK, Bounds.OPTIMUM_WINDOW), leadSeconds, initial);
  }

  private static Contender lockstep(
      String id,
      String about,
      List<String> percents,
      String forecast,
      UnaryOperator<AccountSettings> account) {
    return new Contender(
        id,
        about,
        percents.stream().map(percent -> lockstep(percent, forecast, account)).toList(),
        percents.indexOf(USUAL_PERCENT));
  }

  private static Setting lockstep(
      String latePercent, String forecast, UnaryOperator<AccountSettings> account) {
    String spare = latePercent + " % late";
    return new Setting(
        spare,
        new Staging.InAccount(
            account,
            stage ->
                Policies.lockstep(
                    stage, Map.of("LOCKSTEP_SPARE", spare, "LOCKSTEP_FORECAST", forecast))));
  }
}
