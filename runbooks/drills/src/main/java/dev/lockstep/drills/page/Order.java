package dev.lockstep.drills.page;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a button of the page asks for. Each says what shall be, so that twice does no harm. */
public enum Order {
  /** Users send more from now on. */
  SURGE,
  END_SURGE,
  /** The oldest host dies with what runs on it. */
  KILL_HOST,
  /** EC2 has no hosts to give from now on. */
  NO_CAPACITY,
  CAPACITY_BACK,
  /** A revision is deployed whose model cannot be loaded. */
  BAD_DEPLOYMENT,
  /** The deployment that is under way is stopped, and the revision before it comes back. */
  ROLL_BACK,
  /** The brain is told to change nothing, as an operator tells it. */
  HOLD,
  RELEASE,
  /** The brain is asked what it sees and would do. */
  OBSERVE;

  /** As the page's addresses spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Order> labelled(String label) {
    return Arrays.stream(values()).filter(order -> order.label().equals(label)).findFirst();
  }
}
