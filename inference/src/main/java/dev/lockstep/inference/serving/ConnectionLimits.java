package dev.lockstep.inference.serving;

import dev.lockstep.inference.settings.UnusableSettingException;
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
    if (connections < 1) {
      throw new UnusableSettingException(
          "LOCKSTEP_MAX_CONNECTIONS is %d; 1 or more is needed".formatted(connections));
    }
    if (bytes < 1) {
      throw new UnusableSettingException(
          "LOCKSTEP_BUFFER_BYTES is %d; 1 or more is needed".formatted(bytes));
    }
    requirePositive("LOCKSTEP_READ_TIMEOUT", read);
    requirePositive("LOCKSTEP_WRITE_TIMEOUT", write);
    requirePositive("LOCKSTEP_IDLE_TIMEOUT", idle);
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new UnusableSettingException(
          "%s is %s; more than 0 is needed, such as 30s".formatted(name, value));
    }
  }
}
