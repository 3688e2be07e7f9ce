package dev.lockstep.drills.report;

import dev.lockstep.drills.compare.Contender;
import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Recording;
import dev.lockstep.drills.compare.Trial;
import dev.lockstep.drills.compare.TrialRunner;
import dev.lockstep.drills.traffic.RequestTimes;
import java.util.List;

/** One policy at its usual setting, minute by minute. */
public record Portrait(String policy, String about, String knob, Recording recording) {
  private static final long SEED = 1;

  /** A portrait of each contender, before the requests of the first seed. */
  public static List<Portrait> of(Experiment experiment, List<Contender> contenders) {
    RequestTimes requests = RequestTimes.draw(experiment.workload().demand(), SEED);
    return contenders.parallelStream()
        .map(one ->
            new Portrait(
                one.id(),
                one.about(),
                one.usualSetting().knob(),
                TrialRunner.record(new Trial(experiment, one.usualSetting(), SEED, requests))))
        .toList();
  }
}
