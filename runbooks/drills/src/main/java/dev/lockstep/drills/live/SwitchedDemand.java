package dev.lockstep.drills.live;

import dev.lockstep.drills.traffic.Demand;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A demand with a surge on top that can be switched on and off while it goes on. It begins by
 * itself at a second, unless somebody has used the switch before.
 */
final class SwitchedDemand implements Demand {
  private final Demand usual;
  private final double surge;
  private final OptionalLong beginsAt;
  private volatile Optional<Boolean> switched = Optional.empty();
  private volatile long second;

  /**
   * Not switched yet.
   *
   * @param surge requests a second on top
   * @param beginsAt none when only the switch begins it
   */
  SwitchedDemand(Demand usual, double surge, OptionalLong beginsAt) {
    this.usual = usual;
    this.surge = surge;
    this.beginsAt = beginsAt;
  }

  void surge(boolean on) {
    switched = Optional.of(on);
  }

  /** Whether users send more than usual, now. */
  boolean surging() {
    return switched.orElse(beginsAt.isPresent() && second >= beginsAt.getAsLong());
  }

  double surgePerSecond() {
    return surge;
  }

  @Override
  public double ratePerSecond(long asked) {
    second = asked;
    return usual.ratePerSecond(asked) + (surging() ? surge : 0);
  }

  @Override
  public boolean exact() {
    return usual.exact();
  }

  @Override
  public long seconds() {
    return usual.seconds();
  }
}
