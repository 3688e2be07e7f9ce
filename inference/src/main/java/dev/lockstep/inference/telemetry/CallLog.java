package dev.lockstep.inference.telemetry;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The access log's line of a call by gRPC: as HTTP's, with gRPC's status by its name. */
@Singleton
@Requires(property = "lockstep.access-log", value = "true")
public final class CallLog {
  private final JsonMapper json;

  CallLog(JsonMapper json) {
    this.json = json;
  }

  /**
   * Writes it.
   *
   * @param method as gRPC writes it, {@code service/method}
   * @param nanos from the call's headers to its status
   */
  public void write(
      String method,
      String status,
      long nanos,
      Trace trace,
      Function<String, Optional<String>> header) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().toString());
    line.put("method", "POST");
    line.put("path", "/" + method);
    line.put("grpc_status", status);
    line.put("ms", nanos / 1e6);
    AccessLog.traces(line, trace, header);
    try {
      AccessLog.LINES.info(json.writeValueAsString(line));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
