package dev.lockstep.inference.telemetry;

import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Whether something is written of each single request: a line of the access log, or a trace. */
@Singleton
public final class RequestRecords {
  private final boolean kept;

  RequestRecords(
      @Property(name = "lockstep.access-log", defaultValue = "false")
          @Setting("true writes a line of JSON a request")
          boolean logged,
      @Property(name = Tracing.ENDPOINT)
          @Setting(value = "where traces go, such as http://localhost:4318", byDefault = "off")
          Optional<String> traced) {
    this.kept = logged || traced.isPresent();
  }

  /** Whether any are kept. */
  public boolean kept() {
    return kept;
  }
}
