package dev.lockstep.scaler.observe;

import java.util.List;

/** What came of looking at one service and its hosts. */
public sealed interface Look {

  /** Everything essential was read. */
  record Clear(Observation observation) implements Look {}

  /** Something essential could not be read: nothing may be decided, let alone guessed. */
  record Obscured(List<String> problems) implements Look {
    public Obscured {
      problems = List.copyOf(problems);
    }
  }
}
