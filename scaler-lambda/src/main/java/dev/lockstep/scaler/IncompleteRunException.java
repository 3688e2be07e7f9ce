package dev.lockstep.scaler;

import dev.lockstep.scaler.report.Decision;
import java.util.List;
import java.util.stream.Collectors;

/** A run that did not do its work; the message says of each trigger why. */
public final class IncompleteRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IncompleteRunException(List<Decision> incomplete) {
    super(incomplete.stream().map(Decision::line).collect(Collectors.joining("\n")));
  }
}
