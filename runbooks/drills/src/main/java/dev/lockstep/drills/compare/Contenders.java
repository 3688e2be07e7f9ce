package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.autoscaling.WarmPool;
import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.control.Policies;
import dev.lockstep.drills.control.Stage;
import dev.lockstep.drills.ecs.Placement;
import dev.lockstep.drills.rules.Clairvoyant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Every policy that a user could pick, each with the range that its user would tune it over. */
public final class Contenders {
  private static final double[] RATES = {8, 7, 6, 5, 4, 3};
  private static final int WARM_HOSTS = 3;

  /**
   * From lean to generous. Steady demand alone would be late so rarely; what comes with the real
   * one's jumps is what is measured.
   */
  private static final List<String> LATE_PERCENTS =
      List.of(
          "30", "16", "7", "3", "1", "0.3", "0.1", "0.03", "0.003", "3e-5", "3e-8", "1e-13",
          "1e-21", "1e-30", "1e-40");

  /** The Terraform module's default. */
  private static final int LOCKSTEP_USUAL = 6;

  /** A stopped host has its image and needs no new instance; it still boots and loads the model. */
  private static final double WARM_SHARE = 0.4;

  private static final int OPTIMUM_WINDOW = 60;
  private static final int REACTIVE_WINDOW = 30;

  private Contenders() {}

  /** All of them, the product first and the bounds last. */
  public static List<Contender> all(Experiment experiment) {
    return List.of(
        lockstep("lockstep", "hosts and tasks in one decision", true),
        lockstep("lockstep-reactive", "the same without its forecast", false),
        tracking("native-target-tracking", 100, UnaryOperator.identity()),
        tracking("native-target-tracking-80", 80, UnaryOperator.identity()),
        tracking(
            "native-warm-pool",
            100,
            settings ->
                new AccountSettings(
                    settings.group().withWarmPool(new WarmPool(WARM_HOSTS, WARM_SHARE)),
                    settings.service())),
        utilization(),
        steps(),
        predictive(),
        rule(
            "rule-hpa-cluster",
            "Kubernetes' HPA, then cluster auto scaling",
            overCluster(Policies::hpaOverCluster)),
        rule("rule-hpa-joint", "Kubernetes' HPA, hosts ordered with the tasks", Policies::hpaJoint),
        rule(
            "rule-kpa-cluster",
            "Knative's KPA, then cluster auto scaling",
            overCluster(Policies::kpaOverCluster)),
        rule("rule-kpa-joint", "Knative's KPA, hosts ordered with the tasks", Policies::kpaJoint),
        new Contender(
            "naive-lambda",
            "a function that acts when an alarm goes off, and not again",
            rates(UnaryOperator.identity(), Policies::naiveLambda),
            1),
        staticFleet("bound-static-minimum", "the mean's fleet, all the time", experiment, false),
        staticFleet("bound-static-peak", "the peak's fleet, all the time", experiment, true),
        bound(
            "bound-reactive",
            "sees demand at once, knows nothing of the future",
            (needs, rate, lead, initial) ->
                Clairvoyant.reactive(needs.before(rate, REACTIVE_WINDOW), lead, initial)),
        bound(
            "bound-clairvoyant",
            "knows the future: the cheapest fleet there can be",
            (needs, rate, lead, initial) ->
                Clairvoyant.optimum(needs.around(rate, OPTIMUM_WINDOW), lead, initial)));
  }

  /** The fleet that host-hours are measured against. */
  static Clairvoyant.Schedule optimum(Needs needs, int leadSeconds, int initial) {
    return Clairvoyant.optimum(
        needs.around(Experiment.RATE_PER_TASK, OPTIMUM_WINDOW), leadSeconds, initial);
  }

  private static Contender lockstep(String id, String about, boolean forecast) {
    return new Contender(
        id,
        about,
        LATE_PERCENTS.stream().map(percent -> lockstep(percent, forecast)).toList(),
        LOCKSTEP_USUAL);
  }

  private static Setting lockstep(String latePercent, boolean forecast) {
    String spare = latePercent + " % late";
    return new Setting(
        spare,
        new Staging.InAccount(
            UnaryOperator.identity(),
            stage ->
                Policies.lockstep(
                    stage,
                    Map.of(
                        "LOCKSTEP_SPARE", spare, "LOCKSTEP_FORECAST", String.valueOf(forecast)))));
  }

  private static Contender tracking(
      String id, int targetCapacity, UnaryOperator<AccountSettings> account) {
    return new Contender(
        id,
        "target tracking on requests a target, cluster auto scaling at %d %%"
            .formatted(targetCapacity),
        rates(
            account.andThen(Contenders::provisioning)::apply,
            (stage, rate) -> Policies.targetTracking(stage, rate, targetCapacity)),
        1);
  }

  private static Contender utilization() {
    double[] percents = {80, 70, 60, 50, 40, 30};
    return new Contender(
        "native-cpu-20s",
        "target tracking on utilization each 20 seconds, cluster auto scaling at 100 %",
        Arrays.stream(percents)
            .mapToObj(percent ->
                new Setting(
                    "%.0f %%".formatted(percent),
                    new Staging.InAccount(
                        Contenders::provisioning,
                        stage -> Policies.utilizationTracking(stage, percent, 100))))
            .toList(),
        1);
  }

  private static Contender steps() {
    return new Contender(
        "native-step",
        "step scaling on both layers, again each minute",
        rates(UnaryOperator.identity(), Policies::steps),
        1);
  }

  private static Contender predictive() {
    return new Contender(
        "native-predictive",
        "an hourly forecast, target tracking and cluster auto scaling",
        rates(Contenders::provisioning, (stage, rate) -> Policies.predictive(stage, rate, 100)),
        1);
  }

  private interface ClusterRule {
    void connect(Stage stage, double rate, int targetCapacity);
  }

  private static BiConsumer<Stage, Double> overCluster(ClusterRule rule) {
    return (stage, rate) -> rule.connect(stage, rate, 100);
  }

  private static Contender rule(String id, String about, BiConsumer<Stage, Double> policy) {
    return new Contender(id, about, rates(Contenders::provisioning, policy), 1);
  }

  private static AccountSettings provisioning(AccountSettings settings) {
    return new AccountSettings(
        settings.group().withProtection(false),
        settings.service().withPlacement(new Placement.Provisioning()));
  }

  private static List<Setting> rates(
      UnaryOperator<AccountSettings> account, BiConsumer<Stage, Double> policy) {
    return Arrays.stream(RATES)
        .mapToObj(rate ->
            new Setting(
                perTask(rate), new Staging.InAccount(account, stage -> policy.accept(stage, rate))))
        .toList();
  }

  private static String perTask(double rate) {
    return String.format(Locale.ROOT, "%.0f/s a task", rate);
  }

  private static Contender staticFleet(
      String id, String about, Experiment experiment, boolean ofPeak) {
    double rate = ofPeak ? experiment.workload().peakRate() : experiment.workload().meanRate();
    int tasks = Math.max(1, (int) Math.ceil(rate / Experiment.RATE_PER_TASK));
    return new Contender(
        id,
        about,
        IntStream.rangeClosed(0, 5)
            .map(step -> tasks + step * Math.max(1, tasks / 5))
            .mapToObj(count ->
                new Setting(
                    "%d tasks".formatted(count),
                    new Staging.Scheduled(
                        (needs, _, _) -> Clairvoyant.constant(count, needs.seconds()))))
            .toList(),
        0);
  }

  private interface RatedPlanner {
    Clairvoyant.Schedule plan(Needs needs, double rate, int lead, int initial);
  }

  private static Contender bound(String id, String about, RatedPlanner planner) {
    double[] rates = {12, 10, 8, 7, 6, 5, 4};
    return new Contender(
        id,
        about,
        Arrays.stream(rates)
            .mapToObj(rate ->
                new Setting(
                    perTask(rate),
                    new Staging.Scheduled(
                        (needs, lead, initial) -> planner.plan(needs, rate, lead, initial))))
            .toList(),
        2);
  }
}
