package dev.lockstep.drills.autoscaling;

import java.time.Duration;
import java.time.Instant;

/** One instance of the group, from its launch to its end. */
public final class Host {
  /** The lifecycle states, named as Auto Scaling names them. */
  public enum State {
    PENDING("Pending"),
    IN_SERVICE("InService"),
    TERMINATING("Terminating"),
    TERMINATED("Terminated");

    private final String label;

    State(String label) {
      this.label = label;
    }

    /** As the API spells it. */
    public String label() {
      return label;
    }
  }

  private final String id;
  private final String zone;
  private final InstanceType type;
  private Instant launchedAt;
  private boolean protectedFromScaleIn;
  private State state = State.PENDING;
  private boolean died;

  Host(String id, String zone, InstanceType type, Instant launchedAt, boolean isProtected) {
    this.id = id;
    this.zone = zone;
    this.type = type;
    this.launchedAt = launchedAt;
    this.protectedFromScaleIn = isProtected;
  }

  public String id() {
    return id;
  }

  public String zone() {
    return zone;
  }

  public InstanceType type() {
    return type;
  }

  public Instant launchedAt() {
    return launchedAt;
  }

  public State state() {
    return state;
  }

  public boolean protectedFromScaleIn() {
    return protectedFromScaleIn;
  }

  /** Counted by the group against its desired capacity. */
  public boolean counted() {
    return switch (state) {
      case PENDING, IN_SERVICE -> true;
      case TERMINATING, TERMINATED -> false;
    };
  }

  /** It ended by itself, and not because anybody asked for it. */
  public boolean died() {
    return died;
  }

  /** It was launched so much earlier than it seemed. */
  public void age(Duration earlier) {
    launchedAt = launchedAt.minus(earlier);
  }

  void becomes(State next) {
    state = next;
  }

  void dies() {
    died = true;
    state = State.TERMINATING;
  }

  void protect(boolean isProtected) {
    protectedFromScaleIn = isProtected;
  }
}
