package dev.lockstep.drills.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.Lab;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Deployments that an alarm or an operator takes back. */
final class RollBackTest {
  private static final Revision POISONED = new Revision(2, Revision.Quality.ANSWERS_WITH_ERRORS);
  private static final Revision STUCK = new Revision(2, Revision.Quality.NEVER_HEALTHY);

  @Test
  void whileTheOldFleetBakesAllRequestsGoBackToItAtOnce() {
    Lab lab = blueGreen();
    lab.account().service().deploy(POISONED);
    lab.runTo(200);
    assertThat(lab.routed()).hasSize(2).allMatch(task -> task.revision().equals(POISONED));

    assertThat(lab.account().service().rollBack("alarm")).isTrue();

    assertThat(lab.routed()).hasSize(2).allMatch(task -> task.revision().equals(Revision.FIRST));
    assertThat(lab.log()).anyMatch(line -> line.contains("ecs-svc/2 FAILED: alarm"));
    lab.runTo(600);
    assertThat(lab.account().service().deployments())
        .extracting(Deployment::rollout)
        .containsExactly(Deployment.Rollout.COMPLETED);
    assertThat(lab.account().service().tasks())
        .allMatch(task -> task.revision().equals(Revision.FIRST));
  }

  @Test
  void aBlueGreenDeploymentThatNeverBecomesHealthyEndsWhenItIsStopped() {
    Lab lab = blueGreen();
    lab.account().service().deploy(STUCK);
    lab.runTo(3000);
    assertThat(lab.account().service().deployments()).hasSize(2);

    assertThat(lab.account().service().rollBack("stopped")).isTrue();
    lab.runTo(3200);

    assertThat(lab.account().service().deployments()).hasSize(1);
    assertThat(lab.routed()).hasSize(2);
  }

  @Test
  void aRollingDeploymentIsReplacedTaskByTask() {
    Lab lab = new Lab(Lab.GROUP.withHosts(0, 4, 5), Lab.SERVICE).settled();
    lab.account().service().deploy(POISONED);
    lab.runTo(140);

    assertThat(lab.account().service().rollBack("alarm")).isTrue();
    lab.runTo(600);

    assertThat(lab.account().service().serving()).isEqualTo(2);
    assertThat(lab.account().service().tasks())
        .allMatch(task -> task.revision().equals(Revision.FIRST));
  }

  @Test
  void withoutADeploymentThereIsNothingToTakeBack() {
    Lab lab = new Lab().settled();

    assertThat(lab.account().service().rollBack("alarm")).isFalse();
    assertThat(lab.log()).isEmpty();
  }

  private static Lab blueGreen() {
    return new Lab(
            Lab.GROUP.withHosts(0, 4, 5),
            Lab.SERVICE.withStrategy(new Strategy.BlueGreen(Duration.ofMinutes(5))))
        .settled();
  }
}
