package dev.lockstep.scaler.trigger;

/** What became of one record of a payload: understood, or refused with what was seen. */
public sealed interface Parsed {
  record Understood(Trigger trigger) implements Parsed {}

  /**
   * Not understood.
   *
   * @param problem names the field, what was seen in it and what is allowed
   */
  record Refused(String problem) implements Parsed {}
}
