package dev.lockstep.drills.account;

/** One task of the service, from its placement on. */
public final class Task {
  /** As far as ECS and the load balancer see it. */
  public enum State {
    /** Placed on a host; the image is being pulled. */
    PENDING,
    /** The container runs; the model is being loaded. */
    RUNNING,
    /** Healthy at the load balancer. ECS still says RUNNING. */
    SERVING
  }

  private final String id;
  private final Host host;
  private State state = State.PENDING;

  Task(String id, Host host) {
    this.id = id;
    this.host = host;
  }

  public String id() {
    return id;
  }

  public Host host() {
    return host;
  }

  public State state() {
    return state;
  }

  void becomes(State next) {
    state = next;
  }
}
