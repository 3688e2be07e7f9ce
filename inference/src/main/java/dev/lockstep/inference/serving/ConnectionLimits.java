package dev.lockstep.inference.serving;

import dev.lockstep.inference.settings.Bounds;
import java.time.Duration;

/**
 * What connections may hold, all together and each for how long: a bound on memory whoever connects
 * and however slowly.
 *
 * @param connections open at once; one more is closed as soon as it is accepted
 * @param bytes of large requests and of answers that are buffered, over all connections; what a
 *     request brings at first is free, and bounded by the number of connections
 * @param read a request must have arrived within this, from its first byte to its last
 * @param write an answer must have been taken within this, once the client is behind
 * @param idle a connection without a request is closed after this; longer than a load balancer
 *     keeps its own idle ones, or it would send a request into a closing connection
 */
public record ConnectionLimits(
    int connections, long bytes, Duration read, Duration write, Duration idle) {
  public ConnectionLimits {
    Bounds.requireAtLeast(1, "LOCKSTEP_MAX_CONNECTIONS", connections);
    Bounds.requireAtLeast(1, "LOCKSTEP_BUFFER_BYTES", bytes);
    Bounds.requirePositive("LOCKSTEP_READ_TIMEOUT", read, "30s");
    Bounds.requirePositive("LOCKSTEP_WRITE_TIMEOUT", write, "30s");
    Bounds.requirePositive("LOCKSTEP_IDLE_TIMEOUT", idle, "30s");
  }
}
