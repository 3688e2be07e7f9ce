package dev.lockstep.drills.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.traffic.RecentTraffic;
import dev.lockstep.drills.traffic.Tally;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever befalls an account, its picture adds up. */
final class PhotographerInvariantsTest {
  private static final Policy POLICY =
      Policy.fromEnvironment(LockstepWiring.environment(Duration.ofMinutes(4)));

  @Property(tries = 200)
  void gpusAreTakenOrFreeAndCountsAreThoseOfTheBoxes(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 6) Integer> blows) {
    Lab lab = new Lab().settled();
    Chronicle chronicle = new Chronicle(Lab.START);
    RecentTraffic traffic = new RecentTraffic(Tally::new);
    long second = 100;
    int revision = 1;
    for (int blow : blows) {
      strike(lab.account(), blow, ++revision);
      second += 17L * (blow + 1);
      lab.runTo(second);
      addsUp(
          Photographer.picture(
              lab.account(), POLICY, traffic, chronicle, new Snapshot.Switches(false, false)));
    }
  }

  private static void strike(Account account, int blow, int revision) {
    switch (blow) {
      case 0 -> account.group().setDesired(5);
      case 1 -> account.service().setDesired(5);
      case 2 ->
          account.group().hosts().stream()
              .filter(Host::counted)
              .findFirst()
              .ifPresent(host -> account.group().kill(host.id()));
      case 3 -> account.group().capacity().deny("*", "*");
      case 4 -> account.group().capacity().grant("*", "*");
      case 5 -> account.service().deploy(new Revision(revision, Revision.Quality.NEVER_HEALTHY));
      default -> account.service().setDesired(1);
    }
  }

  private static void addsUp(Snapshot seen) {
    Snapshot.Fleet fleet = seen.fleet();
    for (Snapshot.HostBox host : fleet.hosts()) {
      int taken = host.tasks().stream().mapToInt(Snapshot.TaskChip::gpus).sum();
      assertThat(taken + host.freeGpus()).as("GPUs of %s", host).isEqualTo(host.gpus());
    }
    assertThat(fleet.tasksServing()).isEqualTo(serving(fleet));
    assertThat(fleet.hostsReady()).isEqualTo(in(fleet, Snapshot.HostState.READY));
    long counted =
        in(fleet, Snapshot.HostState.BOOTING)
            + in(fleet, Snapshot.HostState.READY)
            + fleet.hostsOrdered()
            + fleet.hostsDenied();
    assertThat(counted)
        .as("hosts that are or should be")
        .isGreaterThanOrEqualTo(fleet.hostsAsked());
    assertThat(fleet.prolonged()).isBetween(0, fleet.withoutHost());
  }

  private static long in(Snapshot.Fleet fleet, Snapshot.HostState state) {
    return fleet.hosts().stream().filter(host -> host.state() == state).count();
  }

  private static long serving(Snapshot.Fleet fleet) {
    return fleet.hosts().stream()
        .flatMap(host -> host.tasks().stream())
        .filter(task -> task.state() == Snapshot.TaskState.SERVING)
        .count();
  }
}
