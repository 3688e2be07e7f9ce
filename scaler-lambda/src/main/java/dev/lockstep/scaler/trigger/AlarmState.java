package dev.lockstep.scaler.trigger;

/** The three states of a CloudWatch alarm, named as CloudWatch names them. */
public enum AlarmState {
  OK,
  ALARM,
  INSUFFICIENT_DATA
}
