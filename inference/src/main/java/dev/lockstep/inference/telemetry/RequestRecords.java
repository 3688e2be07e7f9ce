package dev.lockstep.inference.telemetry;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Whether something is written of each single request: a line of the access log, or a trace. */
@Singleton
public final class RequestRecords {
  private final boolean kept;

  RequestRecords(
      @Property(name = "lockstep.access-log", defaultValue = "false") boolean logged,
      @Property(name = Tracing.ENDPOINT) Optional<String> traced) {
    this.kept = logged || traced.isPresent();
  }

  /** Whether any are kept. */
  public boolean kept() {
    return kept;
  }
}
