package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.traffic.LatencyHistogram;
import dev.lockstep.drills.traffic.Tally;
import java.time.Duration;
import java.util.Optional;

/** Gathers an account's minutes and decisions, when somebody wants them. */
final class AccountRecorder {
  private static final int PERIODS_A_MINUTE = 6;
  private static final double SECONDS_A_MINUTE = 60;
  private static final double P95 = 95;

  private final Optional<Recording> recording;
  private Optional<Account> account = Optional.empty();
  private LatencyHistogram latencies = new LatencyHistogram();
  private long sent;
  private long violations;
  private int periods;

  AccountRecorder(Optional<Recording> recording) {
    this.recording = recording;
  }

  void watch(Account watched) {
    account = Optional.of(watched);
  }

  void changed(Duration since, Change change) {
    recording.ifPresent(kept -> {
      switch (change) {
        case Change.Told(String who, String what) ->
            kept.add(new Recording.Decision(since, who + ": " + what));
        case Change.HostsAsked asked -> kept.add(new Recording.Decision(since, asked.line()));
        case Change.TasksAsked asked -> kept.add(new Recording.Decision(since, asked.line()));
        case Change.HostLaunched _,
            Change.HostRegistered _,
            Change.LaunchFailed _,
            Change.HostDied _,
            Change.HostEnds _,
            Change.InstanceTurned _,
            Change.TaskPlaced _,
            Change.TaskServing _,
            Change.TaskStopping _,
            Change.TaskStopped _,
            Change.DeploymentTurned _,
            Change.PlacementFailed _,
            Change.ServiceEvent _,
            Change.AlarmTurned _ -> {}
      }
    });
  }

  void periodOver(Tally period) {
    if (recording.isEmpty() || account.isEmpty()) {
      return;
    }
    latencies.addAll(period.latencies());
    sent += period.sent();
    violations += violations(period);
    periods++;
    if (periods % PERIODS_A_MINUTE == 0) {
      recording.get().add(sample(account.get()));
      latencies = new LatencyHistogram();
      sent = 0;
      violations = 0;
    }
  }

  static long violations(Tally period) {
    return period.latencies().above(Experiment.BUDGET)
        + period.refusals()
        + period.failures()
        + period.timeouts()
        + period.unroutedCount();
  }

  private Recording.Sample sample(Account seen) {
    int serving = seen.service().serving();
    return new Recording.Sample(
        periods * 10L,
        sent / SECONDS_A_MINUTE,
        serving * Experiment.RATE_PER_TASK,
        seen.service().desired(),
        serving,
        Math.max(0, seen.service().desired() - seen.service().running()),
        seen.service().pendingOnHosts(),
        seen.service().unplaced(),
        seen.group().desired(),
        seen.group().billed(),
        seen.cluster().registered(),
        latencies.percentile(P95),
        violations);
  }
}
