package dev.lockstep.drills.drill;

import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.journal.Names;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** What an operator reads from a page's checks, by what they look for. */
final class Lookup {
  private static final Map<String, Function<Simulation, Optional<String>>> FINDERS =
      new TreeMap<>(
          Map.of(
              "@failing-host", simulation -> failing(simulation).map(Host::id),
              "@blind-host", simulation -> blind(simulation).map(Host::id),
              "@old-host", simulation -> old(simulation).map(Host::id),
              "@old-instance",
                  simulation -> old(simulation).map(host -> Names.containerInstance(host.id())),
              "@policy",
                  simulation -> simulation.account().scalingPolicies().stream().findFirst()));

  private Lookup() {}

  static boolean knows(String value) {
    return !value.startsWith("@") || FINDERS.containsKey(value);
  }

  static String names() {
    return String.join(", ", FINDERS.keySet());
  }

  /** The value now; a text that nothing has is what an operator would type in vain. */
  static String resolve(String value, Simulation simulation) {
    Function<Simulation, Optional<String>> finder = FINDERS.get(value);
    return finder == null ? value : finder.apply(simulation).orElse("none");
  }

  private static Optional<Host> failing(Simulation simulation) {
    return hosts(simulation, host -> simulation.fleet().failedGpus().contains(host.id()));
  }

  private static Optional<Host> blind(Simulation simulation) {
    return hosts(
        simulation,
        host ->
            simulation
                .account()
                .cluster()
                .instance(host.id())
                .filter(instance -> instance.registered().gpus() == 0)
                .isPresent());
  }

  private static Optional<Host> old(Simulation simulation) {
    return hosts(
        simulation,
        host ->
            !host.launchedAt().isAfter(Simulation.START)
                && simulation
                    .account()
                    .cluster()
                    .instance(host.id())
                    .filter(instance -> instance.accepts())
                    .isPresent());
  }

  private static Optional<Host> hosts(Simulation simulation, Predicate<Host> which) {
    return simulation.account().group().hosts().stream()
        .filter(Host::counted)
        .filter(which)
        .min(Comparator.comparing(Host::launchedAt).thenComparing(Host::id));
  }
}
