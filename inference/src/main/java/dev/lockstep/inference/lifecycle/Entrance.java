package dev.lockstep.inference.lifecycle;

/** Where clients come in, as far as the server's end needs to know: one a protocol. */
public interface Entrance {
  /**
   * Lets nobody in any more. Whoever tries to connect is refused before he has sent anything, so
   * that he loses nothing by asking elsewhere; those who are connected stay.
   */
  void shut();

  /** Connections that are open, idle ones included. */
  int connections();
}
