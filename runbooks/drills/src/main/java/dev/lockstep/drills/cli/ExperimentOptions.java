package dev.lockstep.drills.cli;

import dev.lockstep.drills.compare.Contender;
import dev.lockstep.drills.compare.Contenders;
import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Workload;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Generator;
import dev.lockstep.drills.traffic.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that 'compare' and 'frontier' share. */
final class ExperimentOptions {
  private static final double USUAL_MEAN = 40;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "requests that were really seen: a CSV file with the header 'second,requests'")
  private @Nullable Path trace;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = {
        "made-up requests instead: steady, diurnal, step, ramp, flash-crowd, recurring-spikes,"
            + " daily-spikes, daily-peaks, working-week or bursts"
      })
  private @Nullable String workload;

  @Option(
      names = "--workload-seed",
      paramLabel = "N",
      description =
          "where chance puts what a made-up workload leaves to chance (default: ${DEFAULT-VALUE})")
  private long workloadSeed = 1;

  @Option(
      names = "--mean-rps",
      paramLabel = "N",
      description = "scale the requests to this mean a second (default: ${DEFAULT-VALUE})")
  private double meanRps = USUAL_MEAN;

  @Option(
      names = "--lead",
      paramLabel = "SECONDS",
      split = ",",
      description =
          "from ordering a host to a task serving on it, half of the time at most; several leads"
              + " are played one after another (default: 240)")
  private List<Integer> leads = List.of(240);

  @Option(
      names = "--lead-spread",
      paramLabel = "RATIO",
      description =
          "the 95th percentile of each part of the lead over its median; 1 is always the same"
              + " (default: ${DEFAULT-VALUE})")
  private double leadSpread = 1.3;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "how often to draw requests and boots anew (default: ${DEFAULT-VALUE})")
  private int seeds = 10;

  @Option(
      names = "--policies",
      paramLabel = "ID",
      split = ",",
      description = "only these; all of them otherwise")
  private List<String> policies = List.of();

  @Option(
      names = "--metrics",
      paramLabel = "WHICH",
      description =
          "fine: the service publishes its own each 10 seconds; minute: only the load balancer's"
              + " are there (default: ${DEFAULT-VALUE})")
  private String metrics = "fine";

  @Option(
      names = "--price",
      paramLabel = "DOLLARS",
      description = "of a host and hour; a g5.2xlarge on demand otherwise (${DEFAULT-VALUE})")
  private double price = Experiment.G5_2XLARGE_DOLLARS;

  @Option(names = "--json", paramLabel = "FILE", description = "write the results as JSON")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "write a page with charts that opens without a network: FILE.html")
  private @Nullable Path report;

  Optional<Path> report() {
    return Optional.ofNullable(report);
  }

  int seeds() {
    return require("--seeds", seeds, seeds >= 1, "1 or more");
  }

  Optional<Path> json() {
    return Optional.ofNullable(json);
  }

  /** One experiment a lead. */
  List<Experiment> experiments() {
    double spread = require("--lead-spread", leadSpread, leadSpread >= 1, "1 or more");
    double dollars = require("--price", price, price >= 0, "0 or more");
    boolean fine =
        require(
                "--metrics",
                metrics,
                metrics.equals("fine") || metrics.equals("minute"),
                "fine or minute")
            .equals("fine");
    Workload chosen = workload();
    List<Experiment> experiments = new ArrayList<>();
    for (int lead : leads) {
      require("--lead", lead, lead >= 1, "1 second or more");
      Duration median = Duration.ofSeconds(lead);
      Delay delay = spread == 1 ? new Delay.Fixed(median) : new Delay.LogNormal(median, spread);
      experiments.add(new Experiment(chosen, delay, fine, dollars));
    }
    return experiments;
  }

  private Workload workload() {
    double mean = require("--mean-rps", meanRps, meanRps > 0, "above 0");
    Optional<Path> file = Optional.ofNullable(trace);
    Optional<String> name = Optional.ofNullable(workload);
    if (file.isPresent() == name.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "give either --trace FILE or --workload NAME, one of " + Generator.labels());
    }
    return file.map(path ->
            new Workload(String.valueOf(path.getFileName()), Trace.read(path).scaledToMean(mean)))
        .or(() ->
            name.map(label -> new Workload(label, generator(label).demand(mean, workloadSeed))))
        .orElseThrow();
  }

  private Generator generator(String label) {
    return Generator.named(label)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "--workload is one of %s, not '%s'".formatted(Generator.labels(), label)));
  }

  /** The contenders that were asked for. */
  List<Contender> contenders(Experiment experiment) {
    List<Contender> all = Contenders.all(experiment);
    List<String> ids = all.stream().map(Contender::id).toList();
    for (String policy : policies) {
      require("--policies", policy, ids.contains(policy), "one of " + String.join(", ", ids));
    }
    return all.stream().filter(one -> policies.isEmpty() || policies.contains(one.id())).toList();
  }

  private <T> T require(String option, T seen, boolean allowed, String what) {
    if (!allowed) {
      throw new ParameterException(
          spec.commandLine(), "%s is %s, not %s".formatted(option, what, seen));
    }
    return seen;
  }
}
