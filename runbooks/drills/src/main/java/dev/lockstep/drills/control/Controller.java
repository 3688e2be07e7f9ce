package dev.lockstep.drills.control;

/** Reacts to what AWS sends a function: alarms and ticks, in AWS's own payloads. */
@FunctionalInterface
public interface Controller {
  void receive(byte[] payload);
}
