package dev.lockstep.drills.cli;

import dev.lockstep.drills.journal.Change;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints one line a change, each with the time since the start. */
final class Story {
  private final PrintWriter out;

  Story(PrintWriter out) {
    this.out = out;
  }

  void tell(Duration since, Change change) {
    out.printf(
        Locale.ROOT, "%3d:%02d  %s%n", since.toMinutes(), since.toSecondsPart(), change.line());
    out.flush();
  }
}
