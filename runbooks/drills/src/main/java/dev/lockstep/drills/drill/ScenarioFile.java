package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.ApiFaults;
import dev.lockstep.drills.account.Delivery;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Strategy;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads a scenario from a YAML file: what users ask for, how long hosts take, and what goes wrong
 * when.
 *
 * <pre>
 * name: no-capacity
 * about: a surge while EC2 has no GPU to give for eight minutes
 * lead: 240
 * hosts: 2
 * tasks: 2
 * deployment: rolling
 * demand: {before: 12, after: 40, at: 300, seconds: 1800}
 * faults:
 *   - {at: 290, until: 770, fault: no-capacity}
 * </pre>
 */
public final class ScenarioFile {
  private static final String FAULTS =
      "no-capacity, api-errors, metrics-lost, metrics-late, triggers, slow-boots, hosts-die,"
          + " tasks-die, zone-lost, task-hangs, gpus-not-reported, gpus-fail, heavier-requests,"
          + " certificate-expires, hosts-age, function-breaks, function-throttled, deploys or"
          + " second-controller";

  private static final Duration BAKE = Duration.ofMinutes(5);

  private ScenarioFile() {}

  /**
   * Reads a file.
   *
   * @throws ScenarioException when it cannot be read or played, naming the field
   */
  public static Scenario read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException unreadable) {
      throw new ScenarioException(
          "the scenario %s cannot be read: %s"
              .formatted(file, unreadable.getClass().getSimpleName()));
    }
  }

  static Scenario parse(String yaml) {
    Entries root = entries(yaml);
    Scenario scenario = scenario(root);
    root.nothingElse();
    return scenario;
  }

  static Entries entries(String yaml) {
    try {
      return Entries.of("scenario", new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
    } catch (YAMLException malformed) {
      throw new ScenarioException("the scenario is no YAML: " + malformed.getMessage());
    }
  }

  /** The account's group within other bounds. */
  static AccountSettings bounded(AccountSettings account, int min, int max) {
    return new AccountSettings(
        account.group().withHosts(min, account.group().initial(), max), account.service());
  }

  /** What happens, without those who do something about it. */
  static Scenario scenario(Entries root) {
    Duration lead = root.has("lead") ? root.seconds("lead") : Duration.ofMinutes(4);
    Scenario base =
        Scenarios.TRAFFIC_SPIKE.withLead(lead).withDemand(demand(root.entries("demand")));
    double spread = root.number("leadSpread", 1);
    if (spread > 1) {
      base = base.withAccount(base.account().withLead(new Delay.LogNormal(lead, spread)));
    }
    return base.withAccount(account(root, base.account()))
        .named(root.text("name"), root.text("about"))
        .withFaults(root.list("faults").stream().map(ScenarioFile::scheduled).toList());
  }

  /** Hosts and tasks at the start, MaxSize, and how revisions are deployed. */
  private static AccountSettings account(Entries root, AccountSettings base) {
    int hosts = (int) root.number("hosts", base.group().initial());
    int most = (int) root.number("maxHosts", base.group().max());
    int tasks = (int) root.number("tasks", base.service().initial());
    String deployment = root.text("deployment", "rolling");
    Strategy strategy =
        switch (deployment) {
          case "rolling" -> Strategy.Rolling.DEFAULT;
          case "blue-green" -> new Strategy.BlueGreen(BAKE);
          default -> throw root.wrong("deployment", deployment, "rolling or blue-green");
        };
    return new AccountSettings(
        base.group().withHosts(base.group().min(), hosts, most),
        base.service().withInitial(tasks).withStrategy(strategy));
  }

  private static Demand demand(Entries demand) {
    Demand read = demandOf(demand);
    demand.nothingElse();
    return read;
  }

  private static Demand demandOf(Entries demand) {
    if (demand.has("rates")) {
      return new Demand.Steps(rates(demand), Math.round(demand.number("seconds")));
    }
    if (demand.has("workload")) {
      String label = demand.text("workload");
      return Generator.named(label)
          .orElseThrow(() -> demand.wrong("workload", label, "one of " + Generator.labels()))
          .demand(demand.number("mean"), Math.round(demand.number("seed", 1)));
    }
    return new Demand.Surge(
        demand.number("before"),
        demand.number("after"),
        Math.round(demand.number("at")),
        Math.round(demand.number("seconds")));
  }

  /** Requests a second by when they begin. */
  private static NavigableMap<Long, Double> rates(Entries demand) {
    NavigableMap<Long, Double> rates = new TreeMap<>();
    demand
        .texts("rates")
        .forEach((second, rate) -> {
          try {
            rates.put(Long.parseLong(second), Double.parseDouble(rate));
          } catch (NumberFormatException _) {
            throw demand.wrong(
                "rates", second + ": " + rate, "times with requests a second, such as 5:00: 40");
          }
        });
    return rates;
  }

  private static Scheduled scheduled(Entries entry) {
    try {
      Scheduled scheduled =
          new Scheduled(fault(entry), entry.seconds("at"), entry.maybeSeconds("until"));
      entry.nothingElse();
      return scheduled;
    } catch (IllegalArgumentException impossible) {
      throw entry.wrong("at", entry.text("at"), String.valueOf(impossible.getMessage()));
    }
  }

  private static Fault fault(Entries entry) {
    String kind = entry.text("fault");
    return switch (kind) {
      case "no-capacity" -> new Fault.NoCapacity(entry.text("zone", "*"), entry.text("type", "*"));
      case "api-errors" ->
          new Fault.ApiErrors(
              new ApiFaults.Shares(
                  entry.number("throttled", 0),
                  entry.number("broken", 0),
                  entry.number("contended", 0)));
      case "metrics-lost" -> new Fault.MetricsLost(entry.text("namespace"));
      case "metrics-late" -> new Fault.MetricsLate(entry.seconds("by"));
      case "triggers" ->
          new Fault.Triggers(
              new Delivery.Faults(
                  entry.number("lost", 0),
                  entry.number("doubled", 0),
                  entry.number("late", 0),
                  entry.maybeSeconds("latest").orElse(Duration.ofMinutes(2))));
      case "gpus-fail" -> new Fault.GpusFail((int) entry.number("count", 1));
      case "heavier-requests" -> new Fault.HeavierRequests(entry.number("factor"));
      case "certificate-expires" -> new Fault.CertificateExpires(days(entry.number("daysLeft", 0)));
      case "hosts-age" -> new Fault.HostsAge(days(entry.number("days")));
      case "function-breaks" -> new Fault.FunctionBreaks();
      case "function-throttled" -> new Fault.FunctionThrottled();
      case "slow-boots" -> new Fault.SlowBoots(entry.number("factor"));
      case "hosts-die" -> new Fault.HostsDie((int) entry.number("count", 1));
      case "tasks-die" -> new Fault.TasksDie((int) entry.number("count", 1));
      case "zone-lost" -> new Fault.ZoneLost(entry.text("zone"));
      case "task-hangs" -> new Fault.TaskHangs();
      case "gpus-not-reported" -> new Fault.GpusNotReported();
      case "deploys" -> new Fault.Deploys(quality(entry));
      case "second-controller" -> secondController(entry);
      default -> throw entry.wrong("fault", kind, "one of " + FAULTS);
    };
  }

  private static Fault secondController(Entries entry) {
    if (!entry.has("tasks") && !entry.has("hosts")) {
      throw new ScenarioException(
          "%s has neither tasks nor hosts but must say what the second controller owns: one or both"
              .formatted(entry.where()));
    }
    return new Fault.SecondController(entry.maybeCount("tasks"), entry.maybeCount("hosts"));
  }

  private static Duration days(double days) {
    return Duration.ofSeconds(Math.round(days * Duration.ofDays(1).toSeconds()));
  }

  private static Revision.Quality quality(Entries entry) {
    String label = entry.text("quality", "good");
    return Arrays.stream(Revision.Quality.values())
        .filter(quality -> label(quality).equals(label))
        .findFirst()
        .orElseThrow(() ->
            entry.wrong(
                "quality",
                label,
                "one of "
                    + Arrays.stream(Revision.Quality.values())
                        .map(ScenarioFile::label)
                        .collect(Collectors.joining(", "))));
  }

  private static String label(Revision.Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
