package dev.lockstep.scaler.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a window of a {@link Schedule} is written, and what is said of one that is not. */
final class ScheduleNotation {
  private static final String WINDOW = "DAYS HH:MM-HH:MM ZONE AMOUNT UNIT";
  private static final String EXAMPLE = "MON-FRI 08:30-18:00 Europe/Berlin 6 tasks";

  private static final String DAYS =
      "DAILY, days such as MON or SAT,SUN, or a range such as MON-FRI";
  private static final String TIMES =
      "HH:MM-HH:MM from 00:00 to 24:00, such as 08:30-18:00, or 22:00-06:00 into the next day";
  private static final String ZONE = "a time zone such as UTC or Europe/Berlin";
  private static final String AMOUNT =
      "a whole number of tasks, 1 or more, or a number of rps above 0";

  private static final int PARTS = 5;
  private static final int DAYS_OF_A_WEEK = 7;
  private static final String END_OF_DAY = "24:00";

  private static final Pattern CLOCK =
      Pattern.compile("(?<start>[0-9]{2}:[0-9]{2})-(?<end>[0-9]{2}:[0-9]{2})");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,6}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

  private final int position;
  private final String text;

  private ScheduleNotation(int position, String text) {
    this.position = position;
    this.text = text;
  }

  /**
   * Reads one window.
   *
   * @param position which one it is, for messages, from 1
   */
  static ScheduleWindow window(int position, String text) {
    return new ScheduleNotation(position, text).window();
  }

  private ScheduleWindow window() {
    String[] parts = text.split("\\s+", -1);
    if (parts.length != PARTS) {
      throw new InvalidPolicyException(
          "%s, entry %d: '%s' is no window; it is %s, such as '%s'"
              .formatted(Schedule.VARIABLE, position, text, WINDOW, EXAMPLE));
    }
    Set<DayOfWeek> days = days(parts[0]);
    Matcher clock = CLOCK.matcher(parts[1]);
    if (!clock.matches()) {
      throw refused("the time", parts[1], TIMES);
    }
    LocalTime start = time(clock.group("start"), parts[1]);
    String ending = clock.group("end");
    LocalTime end = ending.equals(END_OF_DAY) ? LocalTime.MIDNIGHT : time(ending, parts[1]);
    if (start.equals(end) && !ending.equals(END_OF_DAY)) {
      throw refused("the time", parts[1], "a start and another end; a whole day is 00:00-24:00");
    }
    return new ScheduleWindow(text, days, start, end, zone(parts[2]), floor(parts[3], parts[4]));
  }

  private Set<DayOfWeek> days(String seen) {
    if (seen.equalsIgnoreCase("DAILY")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String range : seen.split(",", -1)) {
      String[] ends = range.split("-", -1);
      if (ends.length > 2) {
        throw refused("the days", seen, DAYS);
      }
      DayOfWeek first = day(ends[0], seen);
      DayOfWeek last = day(ends[ends.length - 1], seen);
      int more = Math.floorMod(last.getValue() - first.getValue(), DAYS_OF_A_WEEK);
      for (int i = 0; i <= more; i++) {
        days.add(first.plus(i));
      }
    }
    return days;
  }

  private DayOfWeek day(String name, String seen) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.name().substring(0, 3).equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> refused("the days", seen, DAYS));
  }

  private LocalTime time(String clock, String seen) {
    try {
      return LocalTime.parse(clock);
    } catch (DateTimeException _) {
      throw refused("the time", seen, TIMES);
    }
  }

  private ZoneId zone(String seen) {
    try {
      return ZoneId.of(seen);
    } catch (DateTimeException _) {
      throw refused("the zone", seen, ZONE);
    }
  }

  private ScheduleWindow.Floor floor(String amount, String unit) {
    String seen = amount + " " + unit;
    Pattern number = unit.equals("rps") ? NUMBER : WHOLE;
    if (!number.matcher(amount).matches()) {
      throw refused("the floor", seen, AMOUNT);
    }
    try {
      return switch (unit) {
        case "task", "tasks" -> new ScheduleWindow.Floor.Tasks(Integer.parseInt(amount));
        case "rps" -> new ScheduleWindow.Floor.Rate(new RequestRate(Double.parseDouble(amount)));
        default -> throw refused("the floor", seen, AMOUNT);
      };
    } catch (InvalidPolicyException alreadyNamed) {
      throw alreadyNamed;
    } catch (IllegalArgumentException _) {
      throw refused("the floor", seen, AMOUNT);
    }
  }

  private InvalidPolicyException refused(String what, String seen, String allowed) {
    return new InvalidPolicyException(
        "%s, entry %d '%s': %s is '%s'; it is %s"
            .formatted(Schedule.VARIABLE, position, text, what, seen, allowed));
  }
}
