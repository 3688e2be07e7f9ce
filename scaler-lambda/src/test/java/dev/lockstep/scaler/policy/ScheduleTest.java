package dev.lockstep.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 2 March 2026 is a Monday; Berlin is an hour ahead of UTC then. */
final class ScheduleTest {
  private static final Duration LEAD = Duration.ofMinutes(4);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MON                                 | entry 1: 'MON' is no window; it is DAYS HH:MM-HH:MM ZONE AMOUNT UNIT
          MON 08:00-18:00 6 tasks             | entry 1: 'MON 08:00-18:00 6 tasks' is no window
          MON 08:00-18:00 UTC 6 tasks extra   | is no window
          ;                                   | entry 1: '' is no window
          MON 08:00-18:00 UTC 6 tasks; ; SUN 08:00-18:00 UTC 6 tasks | entry 2: '' is no window
          MO 08:00-18:00 UTC 6 tasks          | entry 1 'MO 08:00-18:00 UTC 6 tasks': the days is 'MO'
          MONDAY 08:00-18:00 UTC 6 tasks      | the days is 'MONDAY'; it is DAILY, days such as MON
          MON, 08:00-18:00 UTC 6 tasks        | the days is 'MON,'
          MON-TUE-WED 08:00-18:00 UTC 6 tasks | the days is 'MON-TUE-WED'
          MON- 08:00-18:00 UTC 6 tasks        | the days is 'MON-'
          MON 8-18 UTC 6 tasks                | the time is '8-18'; it is HH:MM-HH:MM from 00:00 to 24:00
          MON 08:00-25:00 UTC 6 tasks         | the time is '08:00-25:00'
          MON 08:61-18:00 UTC 6 tasks         | the time is '08:61-18:00'
          MON 24:00-06:00 UTC 6 tasks         | the time is '24:00-06:00'
          MON 08:00-08:00 UTC 6 tasks         | the time is '08:00-08:00'; it is a start and another end
          MON 00:00-00:00 UTC 6 tasks         | a whole day is 00:00-24:00
          MON 08:00-18:00 Berlin 6 tasks      | the zone is 'Berlin'; it is a time zone such as UTC
          MON 08:00-18:00 UTC 0 tasks         | the floor is '0 tasks'; it is a whole number of tasks, 1 or more
          MON 08:00-18:00 UTC -1 tasks        | the floor is '-1 tasks'
          MON 08:00-18:00 UTC 1.5 tasks       | the floor is '1.5 tasks'
          MON 08:00-18:00 UTC 1234567 tasks   | the floor is '1234567 tasks'
          MON 08:00-18:00 UTC 0 rps           | the floor is '0 rps'
          MON 08:00-18:00 UTC NaN rps         | the floor is 'NaN rps'
          MON 08:00-18:00 UTC 6 hosts         | the floor is '6 hosts'
          """)
  void aBadEntryIsRefusedByItsNumberWithWhatWasSeenAndWhatIsAllowed(String text, String message) {
    assertThatThrownBy(() -> Schedule.parse(text))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageStartingWith("LOCKSTEP_SCHEDULE, entry ")
        .hasMessageContaining(message);
  }

  @Test
  void aWindowThatCannotBeIsRefusedHoweverItIsMade() {
    assertThatThrownBy(() -> window(Set.of(), "08:00", "18:00"))
        .hasMessage("a window opens on one day of the week or more");
    assertThatThrownBy(() -> window(Set.of(DayOfWeek.MONDAY), "08:00", "08:00"))
        .hasMessage("a window does not end when it starts, at 08:00");
    assertThatThrownBy(() -> new ScheduleWindow.Floor.Tasks(0))
        .hasMessage("a floor is 1 task or more, not 0");
    assertThatThrownBy(() -> new ScheduleWindow.Floor.Rate(RequestRate.ZERO))
        .hasMessage("a floor is above 0 rps, not 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", " none "})
  void noneIsNoSchedule(String text) {
    Schedule schedule = Schedule.parse(text);

    assertThat(schedule).isEqualTo(Schedule.NONE);
    assertThat(schedule.mostTasks()).isZero();
    assertThat(schedule.due(at("2026-03-02T12:00:00Z"), LEAD).windows()).isEmpty();
  }

  @Test
  void aWindowsFloorHoldsFromALeadBeforeItOpensUntilItCloses() {
    Schedule schedule = Schedule.parse("MON-FRI 08:30-18:00 Europe/Berlin 6 tasks");

    assertThat(tasks(schedule, "2026-03-02T07:25:59Z")).isZero();
    assertThat(tasks(schedule, "2026-03-02T07:26:00Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-02T12:00:00Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-02T16:59:59Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-02T17:00:00Z")).isZero();
    assertThat(tasks(schedule, "2026-03-07T12:00:00Z")).as("Saturday").isZero();
  }

  @Test
  void aLongLeadReachesPastTheHoursInBetween() {
    Schedule schedule = Schedule.parse("WED 08:00-09:00 UTC 6 tasks");

    assertThat(schedule.due(at("2026-03-02T12:00:00Z"), Duration.ofHours(43)).tasks()).isZero();
    assertThat(schedule.due(at("2026-03-02T12:00:00Z"), Duration.ofHours(44)).tasks()).isEqualTo(6);
  }

  @Test
  void ofWindowsThatOverlapTheLargestFloorOfEachKindHolds() {
    Schedule schedule =
        Schedule.parse(
            "DAILY 00:00-24:00 UTC 2 tasks; MON 08:00-18:00 UTC 6 tasks; MON 09:00-17:00 UTC 4"
                + " tasks;MON 12:00-13:00 UTC 30.5 rps; MON 12:30-13:00 UTC 20 rps;");

    assertThat(schedule.due(at("2026-03-02T12:45:00Z"), LEAD))
        .isEqualTo(
            new Schedule.Due(
                6,
                new RequestRate(30.5),
                schedule.windows().stream().map(ScheduleWindow::text).toList()));
    assertThat(schedule.due(at("2026-03-03T12:45:00Z"), LEAD).windows())
        .containsExactly("DAILY 00:00-24:00 UTC 2 tasks");
    assertThat(schedule.mostTasks()).isEqualTo(6);
  }

  @Test
  void anOvernightWindowBelongsToTheDayOnWhichItOpens() {
    Schedule schedule = Schedule.parse("FRI 22:00-06:00 UTC 3 tasks");

    assertThat(tasks(schedule, "2026-03-06T05:00:00Z")).as("Friday early").isZero();
    assertThat(tasks(schedule, "2026-03-06T22:00:00Z")).isEqualTo(3);
    assertThat(tasks(schedule, "2026-03-07T05:59:59Z")).as("Saturday early").isEqualTo(3);
    assertThat(tasks(schedule, "2026-03-07T06:00:00Z")).isZero();
    assertThat(tasks(schedule, "2026-03-07T22:00:00Z")).as("Saturday late").isZero();
  }

  @Test
  void aWindowUntilMidnightEndsWithItsDay() {
    Schedule schedule = Schedule.parse("MON 20:00-24:00 UTC 3 tasks");

    assertThat(tasks(schedule, "2026-03-02T23:59:59Z")).isEqualTo(3);
    assertThat(tasks(schedule, "2026-03-03T00:00:00Z")).isZero();
  }

  @Test
  void aWholeDayIsOpenFromMidnightToMidnight() {
    Schedule schedule = Schedule.parse("TUE 00:00-24:00 UTC 3 tasks");

    assertThat(tasks(schedule, "2026-03-02T23:55:59Z")).isZero();
    assertThat(tasks(schedule, "2026-03-03T00:00:00Z")).isEqualTo(3);
    assertThat(tasks(schedule, "2026-03-03T23:59:59Z")).isEqualTo(3);
    assertThat(tasks(schedule, "2026-03-04T00:00:00Z")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "MON-FRI, 'MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY'",
    "sat-mon, 'SATURDAY,SUNDAY,MONDAY'",
    "'SAT,SUN', 'SATURDAY,SUNDAY'",
    "'MON-TUE,FRI', 'MONDAY,TUESDAY,FRIDAY'",
    "WED-WED, WEDNESDAY",
    "daily, 'MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY,SUNDAY'"
  })
  void daysAreNamedAloneInListsAndInRangesThatMayGoOverTheWeekend(String days, String meant) {
    Schedule schedule = Schedule.parse(days + " 08:00-09:00 UTC 1 task");

    assertThat(schedule.windows().getFirst().days())
        .extracting(DayOfWeek::name)
        .containsExactlyInAnyOrder(meant.split(","));
  }

  @Test
  void aWindowFollowsTheClockOfItsPlaceThroughTheYear() {
    Schedule schedule = Schedule.parse("DAILY 08:00-18:00 Europe/Berlin 6 tasks");

    assertThat(tasks(schedule, "2026-01-05T06:30:00Z")).as("winter, 07:30").isZero();
    assertThat(tasks(schedule, "2026-07-06T06:30:00Z")).as("summer, 08:30").isEqualTo(6);
    assertThat(tasks(schedule, "2026-07-06T16:30:00Z")).as("summer, 18:30").isZero();
  }

  /** On 29 March 2026 Berlin's clock jumps from 02:00 to 03:00, at 01:00 UTC. */
  @Test
  void aStartThatTheClockJumpsOverIsTheJump() {
    Schedule schedule = Schedule.parse("SUN 02:30-05:00 Europe/Berlin 6 tasks");

    assertThat(tasks(schedule, "2026-03-29T00:55:59Z")).isZero();
    assertThat(tasks(schedule, "2026-03-29T00:56:00Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T02:59:59Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T03:00:00Z")).isZero();
  }

  @Test
  void aWindowThatTheClockJumpsOverAsAWholeIsOpenStill() {
    Schedule schedule = Schedule.parse("SUN 02:10-02:50 Europe/Berlin 6 tasks");

    assertThat(tasks(schedule, "2026-03-29T01:00:00Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T01:49:59Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T01:50:00Z")).isZero();
  }

  /** On 25 October 2026 Berlin's clock shows 02:00 to 03:00 twice, from 00:00 to 02:00 UTC. */
  @Test
  void ofATimeThatTheClockShowsTwiceTheStartIsTheFirstAndTheEndTheSecond() {
    Schedule starts = Schedule.parse("SUN 02:30-05:00 Europe/Berlin 6 tasks");
    Schedule ends = Schedule.parse("SUN 01:00-02:30 Europe/Berlin 6 tasks");

    assertThat(tasks(starts, "2026-10-25T00:25:59Z")).isZero();
    assertThat(tasks(starts, "2026-10-25T00:30:00Z")).isEqualTo(6);
    assertThat(tasks(ends, "2026-10-25T01:29:59Z")).isEqualTo(6);
    assertThat(tasks(ends, "2026-10-25T01:30:00Z")).isZero();
  }

  @Test
  void anOvernightWindowThroughAClockChangeLastsUntilItsEndByTheClock() {
    Schedule schedule = Schedule.parse("SAT 22:00-06:00 Europe/Berlin 6 tasks");

    assertThat(tasks(schedule, "2026-03-28T21:00:00Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T03:59:59Z")).isEqualTo(6);
    assertThat(tasks(schedule, "2026-03-29T04:00:00Z")).isZero();
  }

  @Property
  void aLongerLeadNeverAsksForLess(
      @ForAll @IntRange(max = 20_000) int minute,
      @ForAll @IntRange(max = 600) int lead,
      @ForAll @IntRange(max = 600) int longer) {
    Schedule schedule =
        Schedule.parse(
            "MON-FRI 08:30-18:00 Europe/Berlin 6 tasks; SAT 22:00-03:00 America/New_York 9 tasks;"
                + "DAILY 12:00-13:00 Asia/Kolkata 30 rps");
    Instant now = at("2026-03-20T00:00:00Z").plus(Duration.ofMinutes(minute));

    Schedule.Due shorter = schedule.due(now, Duration.ofMinutes(lead));
    Schedule.Due larger = schedule.due(now, Duration.ofMinutes(lead + longer));

    assertThat(larger.tasks()).isGreaterThanOrEqualTo(shorter.tasks());
    assertThat(larger.rate()).isGreaterThanOrEqualTo(shorter.rate());
    assertThat(larger.windows()).containsAll(shorter.windows());
  }

  /** Held against the plain definition: open is what the clock on the wall says it is. */
  @Property
  void withoutAClockChangeAWindowIsOpenExactlyWhenTheClockIsInIt(
      @ForAll @IntRange(max = 10_079) int minute,
      @ForAll @IntRange(max = 23) int start,
      @ForAll @IntRange(max = 23) int end) {
    if (start == end) {
      return;
    }
    Schedule schedule =
        Schedule.parse("MON,THU %02d:00-%02d:00 Asia/Tokyo 6 tasks".formatted(start, end));
    Instant now = at("2026-03-02T00:00:00Z").plus(Duration.ofMinutes(minute));
    var clock = now.atZone(ZoneId.of("Asia/Tokyo"));
    int hour = clock.getHour();
    boolean early = start > end && hour < end;
    boolean inside = start < end ? hour >= start && hour < end : hour >= start || hour < end;
    DayOfWeek opened = early ? clock.getDayOfWeek().minus(1) : clock.getDayOfWeek();
    boolean open = inside && (opened == DayOfWeek.MONDAY || opened == DayOfWeek.THURSDAY);

    assertThat(schedule.due(now, Duration.ZERO).tasks()).isEqualTo(open ? 6 : 0);
  }

  private static ScheduleWindow window(Set<DayOfWeek> days, String start, String end) {
    return new ScheduleWindow(
        "written",
        days,
        LocalTime.parse(start),
        LocalTime.parse(end),
        ZoneOffset.UTC,
        new ScheduleWindow.Floor.Tasks(1));
  }

  private static int tasks(Schedule schedule, String time) {
    return schedule.due(at(time), LEAD).tasks();
  }

  private static Instant at(String time) {
    return Instant.parse(time);
  }
}
