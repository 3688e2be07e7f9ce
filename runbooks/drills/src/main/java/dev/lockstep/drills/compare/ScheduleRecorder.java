package dev.lockstep.drills.compare;

import dev.lockstep.drills.rules.Clairvoyant;
import dev.lockstep.drills.traffic.LatencyHistogram;
import dev.lockstep.drills.traffic.Tally;
import java.util.Optional;

/** Gathers the minutes of a fleet that is known second by second. */
final class ScheduleRecorder {
  private static final int SECONDS_A_MINUTE = 60;
  private static final double P95 = 95;

  private final Optional<Recording> recording;
  private final Clairvoyant.Schedule schedule;
  private LatencyHistogram latencies = new LatencyHistogram();
  private long sent;
  private long violations;

  ScheduleRecorder(Optional<Recording> recording, Clairvoyant.Schedule schedule) {
    this.recording = recording;
    this.schedule = schedule;
  }

  void periodOver(int second, Tally period) {
    if (recording.isEmpty()) {
      return;
    }
    latencies.addAll(period.latencies());
    sent += period.sent();
    violations += AccountRecorder.violations(period);
    if ((second + 1) % SECONDS_A_MINUTE == 0) {
      int ready = schedule.readyAt(second);
      int hosts = schedule.hostsAt(second);
      recording
          .get()
          .add(
              new Recording.Sample(
                  second + 1L,
                  (double) sent / SECONDS_A_MINUTE,
                  ready * Experiment.RATE_PER_TASK,
                  hosts,
                  ready,
                  hosts - ready,
                  /* tasksPending= */ 0,
                  /* tasksUnplaced= */ hosts - ready,
                  hosts,
                  hosts,
                  ready,
                  latencies.percentile(P95),
                  violations));
      latencies = new LatencyHistogram();
      sent = 0;
      violations = 0;
    }
  }
}
