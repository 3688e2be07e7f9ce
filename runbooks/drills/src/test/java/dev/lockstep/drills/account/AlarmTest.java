package dev.lockstep.drills.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.time.VirtualTimeline;
import dev.lockstep.scaler.trigger.AlarmState;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AlarmTest {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final MetricName METRIC = MetricName.ofService("Arrivals");

  private final VirtualTimeline timeline = new VirtualTimeline(START);
  private final List<Trigger> calls = new ArrayList<>();
  private final Account account =
      new Account(
          new AccountSettings(1, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO),
          timeline,
          (_, _, _) -> {},
          _ -> {});

  @Test
  void theActionFiresOnATransitionAndNeverAgainWhileTheAlarmStays() {
    watch(1, 1);
    points(50, 50, 200, 200, 200, 200, 50);
    run();

    assertThat(calls)
        .extracting(call -> ((Trigger.Alarm) call).state())
        .containsExactly(AlarmState.OK, AlarmState.ALARM, AlarmState.OK);
  }

  @Test
  void theFunctionsOwnParserUnderstandsThePayload() {
    watch(1, 1);
    points(200);
    run();

    assertThat(calls.getFirst())
        .isEqualTo(
            new Trigger.Alarm(
                "rate", AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA, START.plusSeconds(15)));
  }

  @Test
  void mOfNPeriodsMustBreach() {
    watch(2, 3);
    points(200, 50, 50, 200, 50, 200);
    run();

    assertThat(calls)
        .extracting(call -> ((Trigger.Alarm) call).state())
        .containsExactly(AlarmState.OK, AlarmState.ALARM);
  }

  @Test
  void aLatePointDoesNotHideTheOneBeforeIt() {
    watch(1, 1);
    metric(0, 200, START.plusSeconds(11));
    metric(1, 200, START.plusSeconds(36));
    timeline.runUntil(START.plusSeconds(50));

    assertThat(calls).hasSize(1);
  }

  @Test
  void whenNoPointIsLeftToLookAtTheDataIsInsufficient() {
    watch(1, 1);
    points(200);
    timeline.runUntil(START.plusSeconds(60));

    assertThat(calls)
        .extracting(call -> ((Trigger.Alarm) call).state())
        .containsExactly(AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA);
  }

  private void watch(int breaching, int periods) {
    account.watch(
        new Alarm.Rule(
            "rate", METRIC, new Statistic.Sum(), Duration.ofSeconds(10), 100, breaching, periods),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        payload ->
            PayloadParser.parse(payload)
                .forEach(parsed -> calls.add(((Parsed.Understood) parsed).trigger())));
  }

  private void points(double... values) {
    for (int i = 0; i < values.length; i++) {
      metric(i, values[i], START.plusSeconds(10L * (i + 1)));
    }
  }

  private void metric(int period, double value, Instant visibleAt) {
    account.metrics().put(METRIC, START.plusSeconds(10L * period), visibleAt, value);
  }

  /** Not so long that the last points fall out of the range CloudWatch looks at. */
  private void run() {
    timeline.runUntil(START.plusSeconds(80));
  }
}
