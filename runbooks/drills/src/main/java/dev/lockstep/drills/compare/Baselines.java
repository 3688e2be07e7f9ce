package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.autoscaling.WarmPool;
import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.compare.Contender.Staging;
import dev.lockstep.drills.control.Policies;
import dev.lockstep.drills.control.Stage;
import dev.lockstep.drills.ecs.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The real policies that compete with Lockstep, each swept from leaner than a task can sustain to
 * far more than it needs, so that no frontier ends where its range does. Where cluster auto scaling
 * keeps the hosts, its target capacity is a second knob: 90 % of it is tried with the lean half of
 * the first, since spare hosts behind spare tasks are paid for twice.
 */
final class Baselines {
  /** Requests a second a task. */
  private static final double[] RATES = {12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1.5};

  /** Knative aims at 70 % of what it is told, so that the same fleets need larger numbers. */
  private static final double[] KPA_RATES = {17, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2};

  private static final double[] UTILIZATIONS = {95, 90, 85, 80, 70, 60, 50, 40, 30, 20, 15};

  /** The setting that a user would start with: a little less than a task sustains. */
  private static final int USUAL = 4;

  /** Settings that a second target capacity is tried with. */
  private static final int LEAN = 6;

  private static final int WARM_HOSTS = 3;

  /** A stopped host has its image and needs no new instance; it still boots and loads the model. */
  private static final double WARM_SHARE = 0.4;

  private Baselines() {}

  private interface ClusterRule {
    void connect(Stage stage, double value, int targetCapacity);
  }

  /**
   * Target tracking on requests a target.
   *
   * @param capacities target capacities of cluster auto scaling, the first one over the whole sweep
   */
  static Contender tracking(
      String id, List<Integer> capacities, UnaryOperator<AccountSettings> account) {
    return new Contender(
        id,
        "target tracking on requests a target, " + overCapacities(capacities),
        swept(RATES, Baselines::perTask, capacities, account, Policies::targetTracking),
        USUAL);
  }

  static AccountSettings withWarmHosts(AccountSettings settings) {
    return new AccountSettings(
        settings.group().withWarmPool(new WarmPool(WARM_HOSTS, WARM_SHARE)), settings.service());
  }

  static Contender utilization(List<Integer> capacities) {
    return new Contender(
        "native-cpu-20s",
        "target tracking on utilization each 20 seconds, " + overCapacities(capacities),
        swept(
            UTILIZATIONS,
            percent -> String.format(Locale.ROOT, "%.0f %%", percent),
            capacities,
            UnaryOperator.identity(),
            Policies::utilizationTracking),
        USUAL);
  }

  static Contender predictive(List<Integer> capacities) {
    return new Contender(
        "native-predictive",
        "an hourly forecast and target tracking, " + overCapacities(capacities),
        swept(
            RATES, Baselines::perTask, capacities, UnaryOperator.identity(), Policies::predictive),
        USUAL);
  }

  static Contender steps() {
    return onItsOwn(
        "native-step", "step scaling on both layers, again each minute", Policies::steps);
  }

  static Contender hpaCluster() {
    return new Contender(
        "rule-hpa-cluster",
        "Kubernetes' HPA, then cluster auto scaling at 100 %",
        swept(
            RATES,
            Baselines::perTask,
            List.of(100),
            UnaryOperator.identity(),
            Policies::hpaOverCluster),
        USUAL);
  }

  static Contender hpaJoint() {
    return new Contender(
        "rule-hpa-joint",
        "Kubernetes' HPA, hosts ordered with the tasks",
        settings(RATES, Baselines::managed, Policies::hpaJoint),
        USUAL);
  }

  static Contender kpaCluster() {
    return new Contender(
        "rule-kpa-cluster",
        "Knative's KPA, then cluster auto scaling at 100 %",
        swept(
            KPA_RATES,
            Baselines::perTask,
            List.of(100),
            UnaryOperator.identity(),
            Policies::kpaOverCluster),
        USUAL);
  }

  static Contender kpaJoint() {
    return new Contender(
        "rule-kpa-joint",
        "Knative's KPA, hosts ordered with the tasks",
        settings(KPA_RATES, Baselines::managed, Policies::kpaJoint),
        USUAL);
  }

  static Contender naiveLambda() {
    return onItsOwn(
        "naive-lambda",
        "a function that acts when an alarm goes off, and not again",
        Policies::naiveLambda);
  }

  /** In the account as Lockstep has it. */
  private static Contender onItsOwn(String id, String about, BiConsumer<Stage, Double> policy) {
    return new Contender(id, about, settings(RATES, UnaryOperator.identity(), policy), USUAL);
  }

  /** Policies that order hosts themselves. */
  private static List<Setting> settings(
      double[] rates, UnaryOperator<AccountSettings> account, BiConsumer<Stage, Double> policy) {
    return Arrays.stream(rates)
        .mapToObj(rate ->
            new Setting(
                perTask(rate), new Staging.InAccount(account, stage -> policy.accept(stage, rate))))
        .toList();
  }

  /** Policies over cluster auto scaling. */
  private static List<Setting> swept(
      double[] values,
      DoubleFunction<String> label,
      List<Integer> capacities,
      UnaryOperator<AccountSettings> account,
      ClusterRule rule) {
    return IntStream.range(0, capacities.size())
        .boxed()
        .flatMap(position -> {
          int capacity = capacities.get(position);
          return Arrays.stream(values)
              .limit(position == 0 ? values.length : LEAN)
              .mapToObj(value ->
                  new Setting(
                      "%s, %d %%".formatted(label.apply(value), capacity),
                      new Staging.InAccount(
                          settings -> managed(account.apply(settings)),
                          stage -> rule.connect(stage, value, capacity))));
        })
        .toList();
  }

  /**
   * As under managed scaling: tasks wait as PROVISIONING and are looked at often, and hosts can be
   * taken. The joint rules get it too, so that they differ from the others by who orders the hosts
   * and by nothing else.
   */
  private static AccountSettings managed(AccountSettings settings) {
    return new AccountSettings(
        settings.group().withProtection(false),
        settings.service().withPlacement(new Placement.Provisioning()));
  }

  private static String overCapacities(List<Integer> capacities) {
    return "cluster auto scaling at "
        + String.join(" or ", capacities.stream().map("%d %%"::formatted).toList());
  }

  private static String perTask(double rate) {
    return String.format(
        Locale.ROOT, rate == Math.rint(rate) ? "%.0f/s a task" : "%.1f/s a task", rate);
  }
}
