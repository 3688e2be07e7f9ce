package dev.lockstep.drills.traffic;

import java.util.function.Supplier;

/** A tally that many threads report to. */
public final class SharedTally implements Supplier<Tally> {
  private Tally current = new Tally();

  public synchronized void arrived() {
    current.arrived();
  }

  public synchronized void served(double latencyMillis) {
    current.served(Math.round(latencyMillis * 1000));
  }

  public synchronized void refused() {
    current.refused();
  }

  public synchronized void failed() {
    current.failed();
  }

  public synchronized void unrouted() {
    current.unrouted();
  }

  /** What has been counted since the last call. */
  @Override
  public synchronized Tally get() {
    Tally taken = current;
    current = new Tally();
    return taken;
  }
}
