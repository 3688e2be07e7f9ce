package dev.lockstep.drills.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.ecs.Deployment;
import dev.lockstep.drills.page.Order;
import dev.lockstep.drills.page.OrderDesk.Answer;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Each order does to the account what it says, with the real handler in virtual time. */
final class LiveDeskTest {
  private final Lab lab = new Lab().settled();
  private final SwitchedDemand demand =
      new SwitchedDemand(new Demand.Surge(12, 12, 0, 3600), 28, OptionalLong.empty());
  private final LiveDesk desk =
      new LiveDesk(
          Supplier::get,
          lab.account(),
          demand,
          Controllers.brain(
              lab.account(),
              Policy.fromEnvironment(LockstepWiring.environment(Duration.ofMinutes(4)))));

  @Test
  void aSurgeBeginsAndEndsAndIsSeenSwitchedOn() {
    assertThat(place(Order.SURGE))
        .isEqualTo(new Answer.Done("users send 28 requests a second more from now on"));
    assertThat(demand.ratePerSecond(5)).isEqualTo(40);
    assertThat(desk.switches().surge()).isTrue();

    place(Order.END_SURGE);
    assertThat(demand.ratePerSecond(6)).isEqualTo(12);
    assertThat(desk.switches().surge()).isFalse();
  }

  @Test
  void theOldestHostDiesWithItsTaskAndWhenNoneIsLeftThatIsSaid() {
    Answer answer = place(Order.KILL_HOST);

    assertThat(answer).isInstanceOf(Answer.Done.class);
    assertThat(answer.sentence()).contains("i-000000000000000a0 died, with task-");
    assertThat(lab.account().cluster().registered()).isEqualTo(1);
    place(Order.KILL_HOST);
    assertThat(place(Order.KILL_HOST))
        .isEqualTo(new Answer.Declined("no host is ready that could die"));
  }

  @Test
  void withoutCapacityNoHostComesUntilItIsBackHoweverOftenItWasAskedFor() {
    place(Order.NO_CAPACITY);
    place(Order.NO_CAPACITY);
    assertThat(desk.switches().noCapacity()).isTrue();
    lab.account().group().setDesired(3);
    lab.runTo(160);
    assertThat(lab.account().group().hosts()).hasSize(2);

    place(Order.CAPACITY_BACK);
    assertThat(desk.switches().noCapacity()).isFalse();
    lab.runTo(230);
    assertThat(lab.account().group().hosts()).hasSize(3);
  }

  @Test
  void aBadDeploymentEndsInRollbackAndItsNumberIsNotUsedAgain() {
    lab.account().group().setDesired(4);
    lab.runTo(210);

    assertThat(place(Order.BAD_DEPLOYMENT).sentence()).startsWith("embed:2 is deployed");
    assertThat(place(Order.BAD_DEPLOYMENT))
        .isEqualTo(new Answer.Declined("embed:2 is still being deployed; wait until that is over"));
    lab.runTo(600);

    Deployment newest = lab.account().service().deployments().getFirst();
    assertThat(newest.revision().name()).isEqualTo("embed:1");
    assertThat(newest.rollout()).isEqualTo(Deployment.Rollout.COMPLETED);
    assertThat(lab.account().service().serving()).isEqualTo(2);
    assertThat(place(Order.BAD_DEPLOYMENT).sentence()).startsWith("embed:3 is deployed");
  }

  @Test
  void aDeploymentThatIsStuckIsRolledBackByHandAndNothingElseIs() {
    assertThat(place(Order.ROLL_BACK)).isEqualTo(new Answer.Declined("nothing is being deployed"));
    place(Order.BAD_DEPLOYMENT);
    lab.runTo(3000);

    assertThat(place(Order.ROLL_BACK))
        .isEqualTo(new Answer.Done("embed:2 is stopped and rolled back"));
    lab.runTo(3001);
    Deployment newest = lab.account().service().deployments().getFirst();
    assertThat(newest.revision().name()).isEqualTo("embed:1");
    assertThat(newest.rollout()).isEqualTo(Deployment.Rollout.COMPLETED);
  }

  @Test
  void holdAndReleaseAreTheHandlersOwnAndItsAnswerIsShown() {
    assertThat(place(Order.HOLD).sentence()).contains("manual hold").contains("from the live page");
    assertThat(lab.account().group().tags()).containsKey("lockstep:hold:embed");

    assertThat(place(Order.OBSERVE).sentence()).contains("manual observe");

    assertThat(place(Order.RELEASE)).isInstanceOf(Answer.Done.class);
    assertThat(lab.account().group().tags()).doesNotContainKey("lockstep:hold:embed");
  }

  @Test
  void whoAsksWhileTheStackStopsIsTold() {
    LiveDesk closed =
        new LiveDesk(
            _ -> {
              throw new RejectedExecutionException();
            },
            lab.account(),
            demand,
            _ -> List.of());

    assertThat(closed.place(Order.SURGE))
        .isEqualTo(new Answer.Declined("the stack is being stopped"));
  }

  private Answer place(Order order) {
    return desk.place(order);
  }
}
