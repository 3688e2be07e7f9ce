package dev.lockstep.drills.cli;

import dev.lockstep.drills.traffic.FleetCapacity;
import dev.lockstep.drills.traffic.GpuModel;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sizes a fleet for a GPU and a model that somebody has measured. */
@Command(
    name = "size",
    description = {
      "Says what a task and a fleet sustain on your GPU, from two measured times: that of a"
          + " request",
      "alone and that of a full batch. Prints RPS_PER_TASK, and tasks and hosts for your peak."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example, a GPU of twice the speed: drill.sh size --one-ms 45 --batch-ms 185 --batch 8 --peak"
          + " 200"
    })
final class SizeCommand implements Callable<Integer> {
  private static final int QUEUE = 64;
  private static final int[] FLEETS = {1, 2, 3, 5, 10, 20, 50};

  @Option(
      names = "--one-ms",
      paramLabel = "MS",
      description = "GPU time of a request alone (default: ${DEFAULT-VALUE})")
  private double oneMillis = 90;

  @Option(
      names = "--batch-ms",
      paramLabel = "MS",
      description = "GPU time of a full batch (default: ${DEFAULT-VALUE})")
  private double batchMillis = 370;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "requests in a full batch, 2 or more (default: ${DEFAULT-VALUE})")
  private int batch = 8;

  @Option(
      names = "--budget-ms",
      paramLabel = "MS",
      description =
          "p95 budget, less what network and load balancer take (default: ${DEFAULT-VALUE})")
  private long budgetMillis = 250;

  @Option(
      names = "--peak",
      paramLabel = "RATE",
      description = "requests a second at the peak (default: ${DEFAULT-VALUE})")
  private double peak = 40;

  @Option(
      names = "--tasks-per-host",
      paramLabel = "N",
      description = "floor(GPUs a host / GPUs a task) (default: ${DEFAULT-VALUE})")
  private int tasksPerHost = 1;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    FleetCapacity capacity = capacity();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "A task takes %.1f + %.1f b ms for b requests, up to %d: at most %.1f requests/s.%n%n",
        gpu().fixedMillis(),
        gpu().perRequestMillis(),
        batch,
        capacity.ceilingOfATask());
    out.printf("%6s %12s %14s %14s%n", "tasks", "requests/s", "each of them", "of the ceiling");
    for (int tasks : FLEETS) {
      double rate = capacity.of(tasks);
      out.printf(
          Locale.ROOT,
          "%6d %12.1f %14.1f %12.0f %%%n",
          tasks,
          rate,
          rate / tasks,
          100 * rate / tasks / capacity.ceilingOfATask());
      out.flush();
    }
    int tasks = capacity.tasksFor(peak);
    out.printf(
        Locale.ROOT,
        """

        LOCKSTEP_RPS_PER_TASK  %.1f   (what one task alone sustains with a p95 of %d ms)
        peak of %.0f requests/s  tasks: %d (p95 %.0f ms), hosts: %d; blue/green needs twice that
        """,
        capacity.of(1),
        budgetMillis,
        peak,
        tasks,
        capacity.p95Millis(tasks, peak),
        Math.ceilDiv(tasks, tasksPerHost));
    return 0;
  }

  private FleetCapacity capacity() {
    require(batch >= 2, "--batch", batch, "2 or more");
    require(oneMillis > 0, "--one-ms", oneMillis, "above 0");
    require(
        batchMillis >= oneMillis && batchMillis <= oneMillis * batch,
        "--batch-ms",
        batchMillis,
        "from %s, what one takes, to %s, what %d take one by one"
            .formatted(oneMillis, oneMillis * batch, batch));
    require(peak > 0, "--peak", peak, "above 0");
    require(tasksPerHost >= 1, "--tasks-per-host", tasksPerHost, "1 or more");
    require(
        budgetMillis >= oneMillis,
        "--budget-ms",
        budgetMillis,
        "at least %s, what a request alone takes".formatted(oneMillis));
    return new FleetCapacity(gpu(), Duration.ofMillis(budgetMillis));
  }

  /** A straight line through the two times. */
  private GpuModel gpu() {
    double perRequest = (batchMillis - oneMillis) / (batch - 1);
    return new GpuModel(oneMillis - perRequest, perRequest, batch, QUEUE);
  }

  private void require(boolean holds, String option, Object seen, String allowed) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), "%s is %s; it must be %s".formatted(option, seen, allowed));
    }
  }
}
