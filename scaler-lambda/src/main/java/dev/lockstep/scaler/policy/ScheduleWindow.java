package dev.lockstep.scaler.policy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.Set;

/**
 * Some hours of some days of the week, by the clock of a place, and what is needed in them.
 *
 * <p>A window whose end is not after its start lasts into the next day; its days are those on which
 * it opens. When the clocks change it is never shorter than it says: a start that the clock jumps
 * over is the moment of the jump, an end that it jumps over comes as long after the jump, and of a
 * time that the clock shows twice the start is the first and the end the second.
 *
 * @param text as it was written
 * @param days on which it opens
 * @param start when it opens
 * @param end when it is over; midnight is the end of the day
 */
public record ScheduleWindow(
    String text, Set<DayOfWeek> days, LocalTime start, LocalTime end, ZoneId zone, Floor floor) {

  /** What the fleet is kept ready for at least. */
  public sealed interface Floor {

    /** So many tasks. */
    record Tasks(int count) implements Floor {
      public Tasks {
        if (count < 1) {
          throw new IllegalArgumentException("a floor is 1 task or more, not " + count);
        }
      }
    }

    /** As many tasks as this demand needs. */
    record Rate(RequestRate rate) implements Floor {
      public Rate {
        if (rate.perSecond() == 0) {
          throw new IllegalArgumentException("a floor is above 0 rps, not 0");
        }
      }
    }
  }

  public ScheduleWindow {
    days = Set.copyOf(days);
    if (days.isEmpty()) {
      throw new IllegalArgumentException("a window opens on one day of the week or more");
    }
    if (start.equals(end) && !start.equals(LocalTime.MIDNIGHT)) {
      throw new IllegalArgumentException("a window does not end when it starts, at " + start);
    }
  }

  /** Whether it is open at any moment from a time to another, both inclusive. */
  boolean isOpenWithin(Instant from, Instant to) {
    // What is open now opened today or, by the clock of its place, on the day before.
    LocalDate first = from.atZone(zone).toLocalDate().minusDays(1);
    LocalDate last = to.atZone(zone).toLocalDate();
    return first
        .datesUntil(last.plusDays(1))
        .filter(date -> days.contains(date.getDayOfWeek()))
        .anyMatch(date -> !opens(date).isAfter(to) && closes(date).isAfter(from));
  }

  private Instant opens(LocalDate date) {
    LocalDateTime clock = date.atTime(start);
    return Optional.ofNullable(zone.getRules().getTransition(clock))
        .filter(ZoneOffsetTransition::isGap)
        .map(ZoneOffsetTransition::getInstant)
        .orElseGet(() -> ZonedDateTime.of(clock, zone).withEarlierOffsetAtOverlap().toInstant());
  }

  private Instant closes(LocalDate date) {
    LocalDate day = end.isAfter(start) ? date : date.plusDays(1);
    return ZonedDateTime.of(day.atTime(end), zone).withLaterOffsetAtOverlap().toInstant();
  }
}
