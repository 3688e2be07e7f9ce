package dev.lockstep.scaler.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Demand that the operator knows of beforehand: windows of the week in which the fleet is kept at
 * least so large.
 *
 * <p>It is written as windows with semicolons between them:
 *
 * <pre>
 *   MON-FRI 08:30-18:00 Europe/Berlin 6 tasks; SAT,SUN 22:00-02:00 UTC 30 rps
 * </pre>
 *
 * <p>Where several windows are open at once the largest floor holds; floors are not added up. A
 * floor in requests a second is one more candidate for the demand, so that spare and the learned
 * rate per task apply to it. A floor in tasks is just that.
 *
 * @param windows in the order in which they were written
 */
public record Schedule(List<ScheduleWindow> windows) {
  /** The environment variable that holds it. */
  static final String VARIABLE = "LOCKSTEP_SCHEDULE";

  private static final String NO_WINDOWS = "none";

  /** Nothing is known beforehand. */
  public static final Schedule NONE = new Schedule(List.of());

  /** A semicolon after the last window is not the beginning of another. */
  private static final Pattern END = Pattern.compile(";\\s*$");

  public Schedule {
    windows = List.copyOf(windows);
  }

  /**
   * What the schedule asks for over a time; zero where it asks for nothing.
   *
   * @param tasks the largest floor in tasks
   * @param rate the largest floor in requests a second
   * @param windows the windows that are open in that time, as they were written
   */
  public record Due(int tasks, RequestRate rate, List<String> windows) {
    public Due {
      windows = List.copyOf(windows);
    }
  }

  /**
   * Reads a schedule; {@code none} is one without windows.
   *
   * @throws InvalidPolicyException naming the entry, what was seen in it and what is allowed there
   */
  public static Schedule parse(String text) {
    if (text.strip().equals(NO_WINDOWS)) {
      return NONE;
    }
    List<ScheduleWindow> windows = new ArrayList<>();
    for (String entry : END.matcher(text).replaceFirst("").split(";", -1)) {
      windows.add(ScheduleNotation.window(windows.size() + 1, entry.strip()));
    }
    return new Schedule(windows);
  }

  /**
   * The largest floors between now and the time when a host that is ordered now would serve, so
   * that hosts are ready when a window opens and none is let go just before it.
   */
  public Due due(Instant now, Duration lead) {
    List<ScheduleWindow> open =
        windows.stream().filter(window -> window.isOpenWithin(now, now.plus(lead))).toList();
    return new Due(
        open.stream()
            .flatMap(window -> tasks(window.floor()))
            .max(Comparator.naturalOrder())
            .orElse(0),
        open.stream()
            .flatMap(window -> rate(window.floor()))
            .max(Comparator.naturalOrder())
            .orElse(RequestRate.ZERO),
        open.stream().map(ScheduleWindow::text).toList());
  }

  /** The largest floor in tasks of any window, to be held against the bounds. */
  public int mostTasks() {
    return windows.stream()
        .flatMap(window -> tasks(window.floor()))
        .max(Comparator.naturalOrder())
        .orElse(0);
  }

  private static Stream<Integer> tasks(ScheduleWindow.Floor floor) {
    return switch (floor) {
      case ScheduleWindow.Floor.Tasks(int count) -> Stream.of(count);
      case ScheduleWindow.Floor.Rate _ -> Stream.empty();
    };
  }

  private static Stream<RequestRate> rate(ScheduleWindow.Floor floor) {
    return switch (floor) {
      case ScheduleWindow.Floor.Tasks _ -> Stream.empty();
      case ScheduleWindow.Floor.Rate(RequestRate rate) -> Stream.of(rate);
    };
  }
}
