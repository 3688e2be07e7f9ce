package dev.lockstep.scaler.trigger;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns any payload that may reach the function into triggers: a CloudWatch alarm sent straight to
 * Lambda, through SNS or through EventBridge; the scheduler's tick; ECS and Auto Scaling events; an
 * operator's request.
 *
 * <p>Shapes are told apart by their own marks ({@code source}, {@code detail-type}, {@code
 * Records}, {@code action}). A record that is not understood is refused with what was seen; the
 * good records beside it are served.
 */
public final class PayloadParser {

  /** Lambda's own limit on a synchronous payload is 6 MB; nothing that triggers us is near this. */
  static final int LARGEST_PAYLOAD_BYTES = 1 << 20;

  private PayloadParser() {}

  /** Never throws: what cannot be understood is in the result, one entry a record. */
  public static List<Parsed> parse(byte[] payload) {
    if (payload.length > LARGEST_PAYLOAD_BYTES) {
      return List.of(
          new Parsed.Refused(
              "the payload has %d bytes; at most %d are read"
                  .formatted(payload.length, LARGEST_PAYLOAD_BYTES)));
    }
    String text = new String(payload, StandardCharsets.UTF_8);
    try {
      return records(object("", text));
    } catch (MalformedPayloadException malformed) {
      return List.of(new Parsed.Refused(malformed.problem()));
    }
  }

  private static List<Parsed> records(Fields payload) {
    if (!payload.has("Records")) {
      return List.of(understand(payload));
    }
    List<Parsed> parsed = new ArrayList<>();
    int index = 0;
    for (Object item : payload.list("Records")) {
      String path = "Records[" + index++ + "]";
      parsed.add(
          item instanceof Map<?, ?> record
              ? understandNotification(new Fields(path, record))
              : new Parsed.Refused(path + " is " + Excerpt.of(item) + " but must be an object"));
    }
    return parsed.isEmpty()
        ? List.of(new Parsed.Refused("Records is empty; it must hold a record"))
        : List.copyOf(parsed);
  }

  private static Parsed understand(Fields event) {
    try {
      return new Parsed.Understood(trigger(event));
    } catch (MalformedPayloadException malformed) {
      return new Parsed.Refused(malformed.problem());
    }
  }

  private static Parsed understandNotification(Fields record) {
    try {
      Fields notification = record.object("Sns");
      Fields message = object(notification.pathOf("Message"), notification.text("Message"));
      return new Parsed.Understood(AlarmPayloads.fromNotification(message));
    } catch (MalformedPayloadException malformed) {
      return new Parsed.Refused(malformed.problem());
    }
  }

  private static Trigger trigger(Fields event) {
    if (event.has("action")) {
      return ManualPayload.parse(event);
    }
    if (event.has("alarmData")) {
      return AlarmPayloads.fromAlarmAction(event);
    }
    if (event.has("detail-type")) {
      return EventBridgePayloads.parse(event);
    }
    throw new MalformedPayloadException(
        """
        the payload has the fields %s; expected is an alarm (alarmData), an event (detail-type), \
        a batch (Records) or an operator's request (action)\
        """
            .formatted(Excerpt.of(event.values().keySet())));
  }

  private static Fields object(String path, String text) {
    String subject = path.isEmpty() ? "the payload" : path;
    Object parsed;
    try {
      parsed = JSON.std.anyFrom(text);
    } catch (IOException _) {
      throw new MalformedPayloadException(subject + " is not JSON; seen was " + Excerpt.of(text));
    }
    if (parsed instanceof Map<?, ?> object) {
      return new Fields(path, object);
    }
    throw new MalformedPayloadException(
        subject + " is " + Excerpt.of(text) + " but must be a JSON object");
  }
}
