package dev.lockstep.inference.engine;

/**
 * How much of the device one run may use. On two CPU cores two runs of one thread each finish more
 * together than one of two threads, from batches of 4 up; a single caller waits half as long for
 * the one of two. So which is right depends on who else is there, run by run.
 */
public enum Width {
  /** One lane: others run beside it. */
  LANE,
  /** All of it: nothing else runs. */
  WHOLE
}
