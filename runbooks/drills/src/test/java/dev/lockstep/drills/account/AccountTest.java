package dev.lockstep.drills.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.drills.time.VirtualTimeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What the account does, as timelines. */
final class AccountTest {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final AccountSettings SETTINGS =
      new AccountSettings(
          1, 1, 2, 5, 2, Duration.ofSeconds(100), Duration.ofSeconds(30), Duration.ofSeconds(20));

  private final VirtualTimeline timeline = new VirtualTimeline(START);
  private final List<String> log = new ArrayList<>();
  private final Account account = account(SETTINGS);

  @Test
  void raisedTogetherTheTaskWaitsForItsHostAndIsPlacedTheMomentItRegisters() {
    settle();
    log.clear();
    account.group().setDesired(3);
    account.service().setDesired(3, account.group().hosts());
    timeline.runUntil(START.plusSeconds(400));

    assertThat(log)
        .containsExactly(
            "100 hosts asked    2 -> 3",
            "100 tasks asked    2 -> 3",
            "100 ECS event      (service embed) was unable to place a task because no container"
                + " instance met all of its requirements.",
            "105 host launched  i-000000000000000a2",
            "205 host ready     i-000000000000000a2",
            "205 task placed    task-3 on i-000000000000000a2",
            "255 task serving   task-3");
    assertThat(account.service().waits()).last().isEqualTo(Duration.ofSeconds(135));
  }

  @Test
  void aTaskThatNoHostCanHoldDoesNotExistAndIsNotPending() {
    settle();
    account.service().setDesired(5, account.group().hosts());
    timeline.runUntil(START.plusSeconds(1000));

    assertThat(account.service().desired()).isEqualTo(5);
    assertThat(account.service().tasks()).hasSize(2);
    assertThat(account.service().pending()).isZero();
    assertThat(account.service().stillWaiting()).containsOnly(Duration.ofMinutes(15)).hasSize(3);
  }

  @Test
  void aTaskIsPendingWhileItsImageIsPulledAndRunsBeforeItServes() {
    settle();
    account.group().setDesired(3);
    account.service().setDesired(3, account.group().hosts());

    timeline.runUntil(START.plusSeconds(206));
    assertThat(account.service().pending()).isEqualTo(1);
    timeline.runUntil(START.plusSeconds(236));
    assertThat(account.service().pending()).isZero();
    assertThat(account.service().running()).isEqualTo(3);
    assertThat(account.service().serving()).isEqualTo(2);
    timeline.runUntil(START.plusSeconds(256));
    assertThat(account.service().serving()).isEqualTo(3);
  }

  @Test
  void aHostIsInServiceWellBeforeEcsKnowsIt() {
    settle();
    account.group().setDesired(3);

    timeline.runUntil(START.plusSeconds(146));

    assertThat(account.group().hosts().getLast().inService()).isTrue();
    assertThat(account.group().hosts().getLast().registered()).isFalse();
  }

  @Test
  void aDesiredCapacityAboveTheMaximumIsRefusedInAutoScalingsWords() {
    assertThatThrownBy(() -> account.group().setDesired(6))
        .hasMessage(
            "New SetDesiredCapacity value 6 is above max value 5 for the AutoScalingGroup.");
    assertThat(account.group().desired()).isEqualTo(2);
  }

  @Test
  void theSameDesiredCapacityTwiceOrdersOnce() {
    settle();
    log.clear();
    account.group().setDesired(3);
    account.group().setDesired(3);
    timeline.runUntil(START.plusSeconds(120));

    assertThat(log)
        .containsExactly("100 hosts asked    2 -> 3", "105 host launched  i-000000000000000a2");
  }

  @Test
  void whatIsNotSimulatedYetFailsLoudly() {
    settle();

    assertThatThrownBy(() -> account.group().setDesired(1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("does not simulate lowering a group's desired capacity (2 -> 1)");
    assertThatThrownBy(() -> account.service().setDesired(1, account.group().hosts()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("does not simulate lowering a service's desired count (2 -> 1)");
  }

  @Property
  void gpusHeldNeverExceedGpusPresentAndAQuietWorldReconciles(
      @ForAll @IntRange(min = 1, max = 3) int perTask,
      @ForAll @IntRange(min = 0, max = 4) int more,
      @ForAll @Size(max = 10) List<@IntRange(min = 0, max = 12) Integer> raises) {
    AccountSettings settings =
        new AccountSettings(
            perTask + more,
            perTask,
            2,
            12,
            0,
            Duration.ofSeconds(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20));
    Account random = account(settings);
    int step = 0;
    for (int raise : raises) {
      timeline.runUntil(timeline.instant().plusSeconds(17));
      if (step++ % 2 == 0) {
        random.group().setDesired(Math.max(raise, random.group().desired()));
      } else {
        random
            .service()
            .setDesired(Math.max(raise, random.service().desired()), random.group().hosts());
      }
      assertThat(random.group().hosts()).allMatch(host -> host.freeGpus() >= 0);
    }
    timeline.runUntil(timeline.instant().plusSeconds(1000));

    int room = random.group().hosts().size() * ((perTask + more) / perTask);
    assertThat(random.group().hosts()).hasSize(random.group().desired());
    assertThat(random.service().serving()).isEqualTo(Math.min(random.service().desired(), room));
    assertThat(random.service().tasks()).allMatch(task -> task.host().registered());
  }

  private Account account(AccountSettings settings) {
    TaskRuntime runtime =
        (_, running, serving) -> {
          timeline.after(settings.imagePull(), running);
          timeline.after(settings.imagePull().plus(settings.modelLoad()), serving);
        };
    return new Account(
        settings,
        timeline,
        runtime,
        change ->
            log.add(Duration.between(START, timeline.instant()).toSeconds() + " " + change.line()));
  }

  /** The first tasks have started. */
  private void settle() {
    timeline.runUntil(START.plusSeconds(100));
  }

  @Test
  void tagsAreKept() {
    account.group().tag("lockstep:hold:embed", "until=x");
    assertThat(Optional.ofNullable(account.group().tags().get("lockstep:hold:embed")))
        .contains("until=x");
    account.group().untag("lockstep:hold:embed");
    assertThat(account.group().tags()).isEmpty();
  }
}
