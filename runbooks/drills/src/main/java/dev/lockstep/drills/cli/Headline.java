package dev.lockstep.drills.cli;

import dev.lockstep.drills.compare.Experiment;
import java.util.Locale;

/** Says what was played. */
final class Headline {
  private Headline() {}

  static String of(Experiment experiment, int seeds) {
    return String.format(
        Locale.ROOT,
        "%s: mean %.1f requests/s, peak minute %.1f, lead %d s, %s metrics, %d seeds",
        experiment.workload().name(),
        experiment.workload().meanRate(),
        experiment.workload().peakRate(),
        experiment.lead().median().toSeconds(),
        experiment.finePublished() ? "10-second" : "60-second",
        seeds);
  }
}
