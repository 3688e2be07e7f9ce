package dev.lockstep.drills.claim;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The part of an incident that a claim is about, since its start.
 *
 * @param end none for the end of the incident
 */
record Window(Duration start, Optional<Duration> end) {
  static final Window ALWAYS = new Window(Duration.ZERO, Optional.empty());

  Window {
    if (end.filter(last -> last.compareTo(start) < 0).isPresent()) {
      throw new IllegalArgumentException(
          "a window ends after it begins, not at %s from %s on"
              .formatted(clock(end.orElseThrow()), clock(start)));
    }
  }

  static Window by(Duration end) {
    return new Window(Duration.ZERO, Optional.of(end));
  }

  boolean contains(Duration at) {
    return at.compareTo(start) >= 0 && end.map(last -> at.compareTo(last) <= 0).orElse(true);
  }

  /** As a story writes it: minutes and seconds. */
  static String clock(Duration at) {
    return String.format(Locale.ROOT, "%d:%02d", at.toMinutes(), at.toSecondsPart());
  }
}
