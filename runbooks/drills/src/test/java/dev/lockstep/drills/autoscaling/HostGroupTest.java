package dev.lockstep.drills.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.account.Lab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an Auto Scaling group does, fact by fact. */
final class HostGroupTest {

  @Test
  void aDesiredCapacityIsAWishThatHostsFollowInTheirOwnTime() {
    Lab lab = new Lab().settled();
    group(lab).setDesired(3);
    lab.runTo(300);

    assertThat(lab.log())
        .containsExactly(
            "100 hosts asked    2 -> 3",
            "105 host launched  i-000000000000000a2",
            "205 host ready     i-000000000000000a2");
  }

  @Test
  void aHostIsInServiceWellBeforeEcsKnowsIt() {
    Lab lab = new Lab().settled();
    group(lab).setDesired(3);
    lab.runTo(146);

    assertThat(group(lab).hosts().getLast().state()).isEqualTo(Host.State.IN_SERVICE);
    assertThat(lab.account().cluster().registered()).isEqualTo(2);
  }

  @Test
  void aLaunchHookHoldsAHostBeforeItEntersService() {
    Lab lab = new Lab(Lab.GROUP.withLaunchHook(Duration.ofMinutes(1)), Lab.SERVICE).settled();
    group(lab).setDesired(3);
    lab.runTo(200);
    assertThat(group(lab).hosts().getLast().state()).isEqualTo(Host.State.PENDING);
    lab.runTo(206);
    assertThat(group(lab).hosts().getLast().state()).isEqualTo(Host.State.IN_SERVICE);
  }

  @Test
  void theSameDesiredCapacityTwiceOrdersOnce() {
    Lab lab = new Lab().settled();
    group(lab).setDesired(3);
    group(lab).setDesired(3);
    lab.runTo(120);

    assertThat(lab.log())
        .containsExactly("100 hosts asked    2 -> 3", "105 host launched  i-000000000000000a2");
  }

  @Test
  void outsideItsBoundsADesiredCapacityIsRefusedInAutoScalingsWords() {
    Lab lab = new Lab();
    assertThatThrownBy(() -> group(lab).setDesired(6))
        .hasMessage(
            "New SetDesiredCapacity value 6 is above max value 5 for the AutoScalingGroup.");
    group(lab).setBounds(1, 5);
    assertThatThrownBy(() -> group(lab).setDesired(0))
        .hasMessage(
            "New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.");
    assertThat(group(lab).desired()).isEqualTo(2);
  }

  @Test
  void loweredOnlyUnprotectedHostsDieAndOfThoseTheOldestInTheFullestZone() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 3, 5).withProtection(false), Lab.SERVICE).settled();
    group(lab).setDesired(2);
    lab.runTo(300);

    assertThat(group(lab).hosts()).extracting(Host::id).containsExactly(host(1), host(2));
    assertThat(group(lab).hosts()).extracting(Host::zone).doesNotHaveDuplicates();
  }

  @Test
  void inAProtectedGroupTheDesiredCapacityDropsAndNothingDies() {
    Lab lab = new Lab().settled();
    group(lab).setDesired(1);
    lab.runTo(2000);

    assertThat(group(lab).desired()).isEqualTo(1);
    assertThat(group(lab).hosts()).hasSize(2);
  }

  @Test
  void aNamedHostEndsProtectedOrNotAndTheDesiredCapacitySinksWithIt() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withInitial(0)).settled();
    group(lab).terminate(host(0), /* decrement= */ true);
    lab.runTo(300);

    assertThat(group(lab).desired()).isEqualTo(1);
    assertThat(group(lab).hosts()).extracting(Host::id).containsExactly(host(1));
  }

  @Test
  void aNamedHostThatEndsWithoutDecrementIsReplaced() {
    Lab lab = new Lab(Lab.GROUP, Lab.SERVICE.withInitial(0)).settled();
    group(lab).terminate(host(0), /* decrement= */ false);
    lab.runTo(300);

    assertThat(group(lab).hosts()).extracting(Host::id).containsExactly(host(1), host(2));
  }

  @Test
  void aHostWithTasksIsDrainedBeforeItEnds() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 3, 5), Lab.SERVICE).settled();
    String busy = lab.account().service().tasks().getFirst().instance().host().id();
    group(lab).terminate(busy, /* decrement= */ true);
    lab.runTo(400);

    assertThat(group(lab).host(busy)).isEmpty();
    assertThat(lab.account().service().serving()).isEqualTo(2);
  }

  @Test
  void withoutCapacityTheRequestSucceedsAndTheActivityFails() {
    Lab lab = new Lab().settled();
    group(lab).capacity().deny(Ec2Capacity.ANY, "g5.2xlarge");
    group(lab).setDesired(3);
    lab.runTo(110);

    assertThat(group(lab).desired()).isEqualTo(3);
    assertThat(group(lab).hosts()).hasSize(2);
    assertThat(group(lab).activities())
        .allSatisfy(activity -> {
          assertThat(activity.status()).isEqualTo(ScalingActivity.Status.FAILED);
          assertThat(activity.message().orElseThrow())
              .contains("do not have sufficient g5.2xlarge capacity in the Availability Zone");
        })
        .hasSize(2);
  }

  @Test
  void aGroupTriesAgainByItselfUntilThereIsCapacity() {
    Lab lab = new Lab().settled();
    group(lab).capacity().deny(Ec2Capacity.ANY, Ec2Capacity.ANY);
    group(lab).setDesired(3);
    lab.runTo(400);
    group(lab).capacity().grant(Ec2Capacity.ANY, Ec2Capacity.ANY);
    lab.runTo(600);

    assertThat(group(lab).hosts()).hasSize(3);
  }

  @Test
  void whereOneZoneIsEmptyAnotherGives() {
    Lab lab = new Lab().settled();
    group(lab).capacity().deny("eu-west-1a", Ec2Capacity.ANY);
    group(lab).setDesired(4);
    lab.runTo(300);

    assertThat(group(lab).hosts())
        .extracting(Host::zone)
        .containsExactly("eu-west-1a", "eu-west-1b", "eu-west-1b", "eu-west-1b");
  }

  @Test
  void whereOneTypeIsEmptyTheNextIsTaken() {
    InstanceType second = new InstanceType("g6.2xlarge", new Resources(8192, 31_000, 1));
    Lab lab =
        new Lab(Lab.GROUP.withTypes(List.of(InstanceType.ofGpus(1), second)), Lab.SERVICE)
            .settled();
    group(lab).capacity().deny(Ec2Capacity.ANY, "g5.2xlarge");
    group(lab).setDesired(3);
    lab.runTo(300);

    assertThat(group(lab).hosts().getLast().type()).isEqualTo(second);
  }

  @Test
  void aSuspendedLaunchProcessLeavesTheWishUnfulfilled() {
    Lab lab = new Lab().settled();
    group(lab).suspend(HostGroup.ScalingProcess.LAUNCH);
    group(lab).setDesired(3);
    lab.runTo(400);
    assertThat(group(lab).hosts()).hasSize(2);

    group(lab).resume(HostGroup.ScalingProcess.LAUNCH);
    lab.runTo(600);
    assertThat(group(lab).hosts()).hasSize(3);
  }

  @Test
  void aDeadHostIsReplaced() {
    Lab lab = new Lab().settled();
    group(lab).kill(host(0));
    lab.runTo(400);

    assertThat(group(lab).hosts()).extracting(Host::id).containsExactly(host(1), host(2));
    assertThat(lab.account().service().serving()).isEqualTo(2);
  }

  @Test
  void aWarmHostStartsInAFractionOfAColdBootAndThePoolFillsAgain() {
    Lab lab = new Lab(Lab.GROUP.withWarmPool(new WarmPool(1, 0.2)), Lab.SERVICE).settled();
    group(lab).setDesired(4);
    lab.runTo(126);
    assertThat(lab.account().cluster().registered()).isEqualTo(3);
    assertThat(group(lab).warm()).isZero();
    lab.runTo(206);
    assertThat(lab.account().cluster().registered()).isEqualTo(4);
    assertThat(group(lab).warm()).isEqualTo(1);
  }

  @Test
  void aWarmHostCanBeRefusedForCapacityLikeAnyOther() {
    Lab lab = new Lab(Lab.GROUP.withWarmPool(new WarmPool(2, 0.2)), Lab.SERVICE).settled();
    group(lab).capacity().deny(Ec2Capacity.ANY, Ec2Capacity.ANY);
    group(lab).setDesired(3);
    lab.runTo(200);

    assertThat(group(lab).warm()).isEqualTo(2);
    assertThat(group(lab).hosts()).hasSize(2);
    assertThat(group(lab).activities().getFirst().status())
        .isEqualTo(ScalingActivity.Status.FAILED);
  }

  @Test
  void aPoolThatEc2HasNoHostForIsFilledOnceThereIsOne() {
    InstanceType second = new InstanceType("g6.2xlarge", new Resources(8192, 31_000, 1));
    Lab lab =
        new Lab(
                Lab.GROUP
                    .withTypes(List.of(InstanceType.ofGpus(1), second))
                    .withWarmPool(new WarmPool(1, 0.2)),
                Lab.SERVICE)
            .settled();
    group(lab).capacity().deny(Ec2Capacity.ANY, "g5.2xlarge");
    group(lab).setDesired(3);
    lab.runTo(400);
    assertThat(group(lab).hosts()).hasSize(3);
    assertThat(group(lab).warm()).isZero();

    group(lab).capacity().grant(Ec2Capacity.ANY, "g5.2xlarge");
    lab.runTo(600);
    assertThat(group(lab).warm()).isEqualTo(1);
  }

  @Test
  void onTheWayInAHostEndsAndDoesNotReturnToTheWarmPool() {
    Lab lab =
        new Lab(
                Lab.GROUP
                    .withHosts(0, 3, 5)
                    .withProtection(false)
                    .withWarmPool(new WarmPool(1, 0.2)),
                Lab.SERVICE)
            .settled();
    group(lab).setDesired(2);
    lab.runTo(400);

    assertThat(group(lab).hosts()).hasSize(2);
    assertThat(group(lab).warm()).isEqualTo(1);
  }

  @Test
  void zonesOutOfBalanceAreEvenedOutButProtectedHostsAreLeftAlone() {
    for (boolean isProtected : new boolean[] {true, false}) {
      Lab lab =
          new Lab(
                  Lab.GROUP.withHosts(0, 4, 5).withProtection(isProtected),
                  Lab.SERVICE.withInitial(0))
              .settled();
      group(lab).terminate(host(1), true);
      group(lab).terminate(host(3), true);
      lab.runTo(600);

      assertThat(group(lab).hosts().stream().map(Host::zone).distinct())
          .hasSize(isProtected ? 1 : 2);
      assertThat(group(lab).hosts()).hasSize(2);
    }
  }

  private static HostGroup group(Lab lab) {
    return lab.account().group();
  }

  private static String host(int number) {
    return "i-%017x".formatted(0xA0 + number);
  }
}
