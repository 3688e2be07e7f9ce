package dev.lockstep.inference.serving;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.telemetry.Trace;
import java.time.Duration;
import java.util.Optional;

/** A request that has come, as far as it is the same whatever its protocol. */
public interface Incoming {

  /** Who asks. */
  Tenant tenant();

  /**
   * How long the caller says that it waits, if it does.
   *
   * @throws ApiException of the kind INVALID when what it says is no time
   */
  Optional<Duration> budget();

  /** Where what becomes of it is told; {@link Trace#NONE} where it is not traced. */
  Trace trace();

  /** How much there is to read; negative when it is not known. */
  long bodyBytes();

  /**
   * Cancels when the caller has gone.
   *
   * @return ends the watch, because a connection outlives its requests
   */
  Runnable whenGone(Cancellation cancellation);
}
