package dev.lockstep.scaler.trigger;

import java.time.Duration;
import java.util.List;

/**
 * An operator's request: {@code {"action":"observe|reconcile|scale|hold|release", "service":"…",
 * "tasks":N, "ttlMinutes":M, "dryRun":true, "reason":"…"}}. Where the function governs one service,
 * it need not be named.
 */
final class ManualPayload {
  private static final List<String> FIELDS =
      List.of("action", "service", "tasks", "ttlMinutes", "dryRun", "reason");

  private static final int DEFAULT_TTL_MINUTES = 60;

  private ManualPayload() {}

  static Trigger.Manual parse(Fields payload) {
    payload.allowOnly(FIELDS);
    return new Trigger.Manual(
        request(payload),
        payload.optionalText("service"),
        payload.flag("dryRun"),
        payload.optionalText("reason").orElse("no reason given"));
  }

  private static Request request(Fields payload) {
    String action = payload.text("action");
    try {
      return switch (action) {
        case "observe" -> new Request.Observe();
        case "reconcile" -> new Request.Reconcile();
        case "scale" -> new Request.Scale(payload.wholeNumber("tasks"), timeToLive(payload));
        case "hold" -> new Request.Hold(timeToLive(payload));
        case "release" -> new Request.Release();
        default ->
            throw payload.wrong("action", action, "observe, reconcile, scale, hold or release");
      };
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedPayloadException(String.valueOf(outOfRange.getMessage()));
    }
  }

  private static Duration timeToLive(Fields payload) {
    return Duration.ofMinutes(
        payload.optionalWholeNumber("ttlMinutes").orElse(DEFAULT_TTL_MINUTES));
  }
}
