package dev.lockstep.drills.autoscaling;

/** What ECS needs to hear of the group's hosts. */
public interface HostListener {

  /** Its agent is up. */
  void booted(Host host);

  /**
   * It is to end.
   *
   * @param gone to be called when nothing runs on it any more
   */
  void draining(Host host, Runnable gone);

  /** It has ended, with whatever ran on it. */
  void ended(Host host);
}
