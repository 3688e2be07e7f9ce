package dev.lockstep.drills.live;

/** Somebody else listens where the live stack wants to. */
public final class PortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortTakenException(int port, String who) {
    super(
        "port %d is in use, and %s needs one; stop what listens there or choose another port"
            .formatted(port, who));
  }
}
