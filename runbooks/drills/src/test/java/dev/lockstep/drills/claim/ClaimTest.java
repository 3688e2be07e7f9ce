package dev.lockstep.drills.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each form of a claim, held and broken by the same evidence. */
final class ClaimTest {
  private static final Set<String> ALARMS = Set.of("demand", "shortage");

  /** Ten minutes: a dip from 2:00 to 3:50 in which hosts, tasks and answers are missing. */
  private final Evidence evidence = evidence();

  private static Evidence evidence() {
    Evidence evidence = new Evidence();
    for (int second = 10; second <= 600; second += 10) {
      boolean dip = second >= 120 && second < 240;
      evidence.looked(
          new Evidence.Look(
              Duration.ofSeconds(second),
              dip ? 2 : 4,
              4,
              dip ? 1 : 0,
              dip ? 2 : 4,
              4,
              Duration.ofSeconds(dip ? second - 110 : 0),
              dip ? OptionalDouble.empty() : OptionalDouble.of(180),
              100,
              dip ? 40 : 0,
              dip ? 10 : 0,
              dip ? 5 : 0));
    }
    evidence.alarmTurned(Duration.ofSeconds(30), "shortage", "OK");
    evidence.alarmTurned(Duration.ofSeconds(150), "shortage", "ALARM");
    evidence.alarmTurned(Duration.ofMinutes(5), "shortage", "OK");
    evidence.decided(Duration.ofSeconds(160), Set.of("HELD"), "tick: nothing, because of a hold");
    evidence.told(Duration.ofSeconds(130), "host died      i-1");
    return evidence;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alarm shortage goes to ALARM by 2:30                | true  | at 2:30
          alarm shortage goes to ALARM by 2:29                | false | it did not
          alarm shortage goes to ALARM between 3:00 and 9:00  | false | it did not
          alarm shortage is OK at 5:00                        | true  | it was OK
          alarm shortage is OK at 4:59                        | false | it was ALARM
          alarm demand is OK at 5:00                          | false | it was never evaluated
          alarm shortage stays silent by 2:00                 | true  | it did not
          alarm shortage stays silent                         | false | at 2:30
          decision HELD by 2:40                               | true  | at 2:40
          decision HELD after 3:00                            | false | no decision had it
          decision saying "because of a hold" by 3:00         | true  | at 2:40
          decision saying "because of rain" by 3:00           | false | no decision said it
          story says "host died" by 3:00                      | true  | at 2:10
          story says "host died" after 3:00                   | false | it did not
          story never says "host died" after 3:00             | true  | it did not
          story never says "host died"                        | false | at 2:10
          hosts = 4 after 4:00                                | true  | it was 4
          hosts = 4 always                                    | false | it was 2 to 4
          tasks >= 2                                          | true  | it was 2 to 4
          tasks > 2 at 2:00                                   | false | it was 2
          old-hosts = 0 after 4:00                            | true  | it was 0
          waiting <= 120 s                                    | true  | it was 0 s to 120 s
          waiting < 120 s                                     | false | it was 0 s to 120 s
          p95 <= 180 ms                                       | true  | it was 180 ms
          p95 < 180 ms                                        | false | it was 180 ms
          p95 < 180 ms between 2:00 and 3:50                  | false | there was nothing to look at
          violations <= 8 % always                            | true  | it was 8 %
          violations < 1 % between 2:00 and 3:00              | false | it was 40 %
          failed = 120                                        | true  | it was 120
          refused < 60                                        | false | it was 60
          hosts-asked = 4 at 2:05                             | false | there was nothing to look at
          recovers by 4:00                                    | true  | 4 of 4 tasks serve at the end
          recovers by 3:30                                    | false | 20.0 % were outside the budget in the minute from 3:30 on
          recovers by 9:30                                    | false | there was less than a minute left to look at
          never ends a busy host                              | true  | none was
          """)
  void isJudgedByWhatWasSeen(String text, boolean held, String seen) {
    Verdict verdict = ClaimNotation.parse(text, ALARMS).judge(evidence);

    assertThat(verdict).isEqualTo(new Verdict(text, held, seen));
  }

  @Test
  void aBusyHostThatWasEndedIsNamed() {
    evidence.busyHostEnded(Duration.ofSeconds(65), "i-7");

    assertThat(ClaimNotation.parse("never ends a busy host", ALARMS).judge(evidence))
        .isEqualTo(new Verdict("never ends a busy host", false, "i-7 at 1:05"));
  }

  @Test
  void withoutAFinishedRequestNobodyWasServedInTime() {
    Evidence silent = new Evidence();
    silent.looked(
        new Evidence.Look(
            Duration.ofSeconds(10),
            2,
            2,
            2,
            2,
            2,
            Duration.ZERO,
            OptionalDouble.empty(),
            0,
            0,
            0,
            0));

    assertThat(ClaimNotation.parse("violations < 1 %", ALARMS).judge(silent).held()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          it all goes well                     | the claim is 'it all goes well' but must be 'alarm NAME goes to ALARM WINDOW'
          alarm nonsense goes to ALARM by 2:00 | the alarm is 'nonsense' but must be one of demand, shortage
          alarm demand goes to ALARM soon      | the window is 'soon' but must be 'at T', 'by T'
          decision WRONG by 2:00               | the decision's reason is 'WRONG' but must be one of DEMAND,
          speed <= 4                           | the series is 'speed' but must be one of hosts, hosts-asked, old-hosts, tasks
          p95 <= 250 s                         | the unit of p95 is 's' but must be ms
          hosts <= 4 %                         | the unit of hosts is '%' but must be absent
          hosts <= 4 between 5:00 and 4:00     | a window ends after it begins, not at 4:00 from 5:00 on
          hosts <= 4 by 2:45                   | the window is 'by 2:45' but must be 'at T', 'after T'
          decision HELD by 2:75                | the window is 'by 2:75'
          """)
  void whatCannotBeReadIsRefusedWithWhatIsAllowed(String text, String message) {
    assertThatThrownBy(() -> ClaimNotation.parse(text, ALARMS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
