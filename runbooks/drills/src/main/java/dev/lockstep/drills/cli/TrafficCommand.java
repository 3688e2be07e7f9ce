package dev.lockstep.drills.cli;

import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.FleetTraffic;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.LoadBalancing;
import dev.lockstep.drills.traffic.RequestTimes;
import dev.lockstep.drills.traffic.Tally;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures the simulation itself. */
@Command(
    name = "traffic",
    description = {
      "Measures how fast requests are simulated on one core, from 10 to 10,000 a second: the same",
      "3.5 million requests each time, a day's worth at 40 a second. Medians of five: seconds by"
          + " the",
      "clock, how much longer a request takes than in the smallest fleet of the same run, and the",
      "seconds that the thread had of its core, which others on the machine do not change."
    },
    mixinStandardHelpOptions = true)
final class TrafficCommand implements Callable<Integer> {
  private static final double REQUESTS = 40 * 86_400.0;
  private static final int REPEATS = 5;
  private static final int[] RATES = {10, 40, 100, 1_000, 10_000};
  private static final long MICROS_A_SECOND = 1_000_000;
  private static final double NANOS_A_SECOND = 1e9;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%10s %7s %14s %9s %8s %9s%n",
        "requests/s", "tasks", "of them served", "seconds", "ratio", "of CPU");
    play(RATES[0]);
    double smallest = 0;
    for (int rate : RATES) {
      Run run = median(rate);
      double each = run.cpuSeconds() / run.tally().sent();
      smallest = smallest == 0 ? each : smallest;
      out.printf(
          Locale.ROOT,
          "%10d %7d %,14d %9.2f %8.2f %9.2f%n",
          rate,
          tasks(rate),
          run.tally().served(),
          run.seconds(),
          each / smallest,
          run.cpuSeconds());
      out.flush();
    }
    return 0;
  }

  private record Run(Tally tally, double seconds, double cpuSeconds) {}

  private static Run median(int rate) {
    Run[] runs = new Run[REPEATS];
    Arrays.setAll(runs, _ -> play(rate));
    Arrays.sort(runs, (one, other) -> Double.compare(one.cpuSeconds(), other.cpuSeconds()));
    return runs[REPEATS / 2];
  }

  /** As many as the rate needs. */
  private static int tasks(int rate) {
    return (int) Math.ceil(rate / Experiment.RATE_PER_TASK);
  }

  /** Drawing the requests is part of it. */
  private static Run play(int rate) {
    long seconds = Math.round(REQUESTS / rate);
    long start = System.nanoTime();
    long cpuStart = THREADS.getCurrentThreadCpuTime();
    RequestTimes requests = RequestTimes.draw(new Demand.Surge(rate, rate, 0, seconds), 1);
    FleetTraffic traffic =
        new FleetTraffic(requests, GpuModel.DEFAULT, LoadBalancing.OF_THE_MODULE);
    for (int task = 0; task < tasks(rate); task++) {
      traffic.route(traffic.add());
    }
    traffic.advanceTo(seconds * MICROS_A_SECOND);
    Tally tally = traffic.take();
    return new Run(
        tally,
        (System.nanoTime() - start) / NANOS_A_SECOND,
        (THREADS.getCurrentThreadCpuTime() - cpuStart) / NANOS_A_SECOND);
  }
}
