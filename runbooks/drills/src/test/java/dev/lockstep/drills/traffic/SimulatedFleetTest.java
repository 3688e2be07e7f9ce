package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.account.Lab;
import dev.lockstep.drills.drill.Simulation;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks between ECS and the load balancer. */
final class SimulatedFleetTest {
  private final List<String> story = new ArrayList<>();

  @Test
  void aTargetGroupsDefaultsAreThoseOfItsDocumentation() {
    assertThat(LoadBalancing.DEFAULTS)
        .isEqualTo(
            new LoadBalancing(
                /* leastOutstanding= */ false,
                /* healthInterval= */ Duration.ofSeconds(30),
                /* unhealthyThreshold= */ 2,
                /* deregistrationDelay= */ Duration.ofMinutes(5),
                /* timeout= */ Duration.ofMinutes(1)));
  }

  @Test
  void aStoppedTaskFinishesWhatItHasAndLeavesAtOnceWhenThatIsNothing() {
    Simulation simulation = simulation(4);
    simulation
        .account()
        .timeline()
        .after(Duration.ofSeconds(100), () -> simulation.account().service().setDesired(1));
    simulation.run();

    assertThat(secondOf("task stopped") - secondOf("task stopping")).isBetween(1, 3);
    assertThat(simulation.meter().totals().failed()).isZero();
  }

  @Test
  void aStoppedTaskThatHangsIsCutWhenItsDeregistrationDelayIsOver() {
    Simulation simulation = simulation(4);
    simulation
        .account()
        .timeline()
        .after(
            Duration.ofSeconds(100),
            () ->
                simulation
                    .account()
                    .service()
                    .tasks()
                    .forEach(task -> simulation.fleet().slow(task, 10_000)));
    simulation
        .account()
        .timeline()
        .after(Duration.ofSeconds(110), () -> simulation.account().service().setDesired(1));
    simulation.run();

    assertThat(secondOf("task stopped") - secondOf("task stopping"))
        .isEqualTo((int) LoadBalancing.OF_THE_MODULE.deregistrationDelay().toSeconds());
    assertThat(simulation.meter().totals().failed()).isPositive();
  }

  @Test
  void aHungTaskIsNoticedAfterTheHealthChecksOfTheModule() {
    Simulation simulation = simulation(4);
    simulation
        .account()
        .timeline()
        .after(
            Duration.ofSeconds(100),
            () -> simulation.fleet().hang(simulation.account().service().tasks().getFirst()));
    simulation.run();

    assertThat(secondOf("failed ELB health checks")).isEqualTo(130);
  }

  private Simulation simulation(double rate) {
    return new Simulation(
        new AccountSettings(Lab.GROUP, Lab.SERVICE),
        GpuModel.DEFAULT,
        RequestTimes.draw(new Demand.Surge(rate, rate, 0, 400), 1),
        new Chance(1),
        /* finePublished= */ true,
        this::tell,
        _ -> {});
  }

  private void tell(Duration since, Change change) {
    story.add(since.toSeconds() + " " + change.line());
  }

  private int secondOf(String part) {
    String line = story.stream().filter(one -> one.contains(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(0, line.indexOf(' ')));
  }
}
