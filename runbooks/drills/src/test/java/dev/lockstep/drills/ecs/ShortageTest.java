package dev.lockstep.drills.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.autoscaling.Ec2Capacity;
import dev.lockstep.drills.autoscaling.GroupSettings;
import dev.lockstep.drills.time.Delay;
import org.junit.jupiter.api.Test;

/**
 * What tasks wait for, second by second, in a lab where a boot takes 100 s, a pull 30 s, and Auto
 * Scaling acts after 5 s.
 */
final class ShortageTest {
  private static final ServiceSettings MANAGED =
      Lab.SERVICE.withPlacement(new Placement.Provisioning());

  private int pending;
  private int provisioning;
  private int unplaceable;
  private int prolonged;

  @Test
  void orderedTogetherATaskWaitsForItsHostAndOnlyTheBackOffIsBeyondThat() {
    Lab lab = new Lab().settled();
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    count(lab, 100, 400);

    // Registered at 205 and placed at 250: the scheduler may look up to second 220, and is late in
    // seconds 221 to 249.
    assertThat(unplaceable).isEqualTo(150);
    assertThat(prolonged).isEqualTo(29);
    assertThat(pending).isEqualTo(30);
    assertThat(provisioning).isZero();
  }

  @Test
  void underManagedScalingATaskIsPlacedInTimeWhenItsHostIsOrderedWithIt() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    count(lab, 100, 400);

    assertThat(provisioning).isEqualTo(105);
    assertThat(unplaceable).isZero();
    assertThat(prolonged).isZero();
    assertThat(pending).isEqualTo(30);
  }

  @Test
  void aHostThatIsOrderedAMinuteLateMakesItsTaskWaitAMinuteTooLong() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().service().setDesired(3);
    count(lab, 100, 160);
    lab.account().group().setDesired(3);
    count(lab, 160, 500);

    assertThat(prolonged).isEqualTo(60);
  }

  @Test
  void aTaskThatNobodyOrdersAHostForWaitsTooLongFromTheFirstSecond() {
    Lab lab = new Lab().settled();
    lab.account().service().setDesired(5);
    count(lab, 100, 1100);

    assertThat(unplaceable).isEqualTo(3000);
    assertThat(prolonged).isEqualTo(3000);
  }

  @Test
  void oneHostOnItsWayStandsForAsManyTasksAsItHolds() {
    Lab lab =
        new Lab(
                GroupSettings.of(2, 1, 5, Delay.of(Lab.BOOT)),
                ServiceSettings.of(1, 2, Delay.of(Lab.PULL), Delay.of(Lab.LOAD)))
            .settled();
    lab.account().group().setDesired(2);
    lab.account().service().setDesired(5);
    count(lab, 100, 150);

    assertThat(unplaceable).isEqualTo(150);
    assertThat(prolonged).isEqualTo(50);
  }

  @Test
  void aSlowBootIsTheHostsOwnLeadAndNobodysDelay() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().group().slowBoots(4);
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    count(lab, 100, 900);

    assertThat(provisioning).isGreaterThan(400);
    assertThat(prolonged).isZero();
  }

  @Test
  void aHostThatEc2DoesNotGiveIsNotOnItsWay() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().group().capacity().deny(Ec2Capacity.ANY, Ec2Capacity.ANY);
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    count(lab, 100, 200);

    // Auto Scaling acts up to second 105.
    assertThat(prolonged).isEqualTo(94);
  }

  @Test
  void aHostWithoutGpusIsOfNoUseOnceItHasRegistered() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().cluster().hideGpus();
    lab.account().group().setDesired(3);
    lab.account().service().setDesired(3);
    count(lab, 100, 305);

    assertThat(prolonged).isEqualTo(100);
  }

  @Test
  void aDeadHostIsReplacedByTheGroupItselfAndItsTaskWaitsForThatOne() {
    Lab lab = new Lab(Lab.GROUP, MANAGED).settled();
    lab.account().group().kill(lab.account().group().hosts().getFirst().id());
    count(lab, 100, 500);

    assertThat(provisioning).isBetween(160, 175);
    assertThat(prolonged).isZero();
  }

  @Test
  void aPlaceThatATaskLeavesIsOnItsWay() {
    Lab lab = new Lab().settled();
    lab.account().service().setDesired(1);
    count(lab, 100, 103);
    lab.account().service().setDesired(2);
    count(lab, 103, 200);

    // What goes has stopped at 110; the scheduler, which had looked in vain at 102, looks at 112.
    assertThat(unplaceable).isEqualTo(9);
    assertThat(prolonged).isZero();
  }

  @Test
  void aTaskMoreThanPlacesAreLeftWaitsForAHostThatNobodyOrdered() {
    Lab lab = new Lab().settled();
    lab.account().service().setDesired(1);
    count(lab, 100, 103);
    lab.account().service().setDesired(3);
    count(lab, 103, 203);

    assertThat(prolonged).isEqualTo(100);
  }

  @Test
  void beyondOneLookAPlaceThatWasLeftIsNoLongerOnItsWay() {
    Lab lab = new Lab().settled();
    // In vain at 100, 110, 130 and 160, the next time at 200.
    lab.account().service().setDesired(3);
    count(lab, 100, 165);
    assertThat(prolonged).isEqualTo(65);

    TaskService service = lab.account().service();
    service.lost(service.tasks().getFirst(), "it crashed");
    count(lab, 165, 210);

    // Of two missing tasks one, for the 15 s up to 179, waits for nothing but the scheduler.
    assertThat(prolonged).isEqualTo(65 + 15 + 2 * 20 + 10);
  }

  private void count(Lab lab, int from, int to) {
    for (int second = from; second < to; second++) {
      lab.runTo(second);
      Shortage shortage = lab.account().shortage();
      pending += shortage.pending();
      provisioning += shortage.provisioning();
      unplaceable += shortage.unplaceable();
      prolonged += shortage.prolonged();
    }
  }
}
