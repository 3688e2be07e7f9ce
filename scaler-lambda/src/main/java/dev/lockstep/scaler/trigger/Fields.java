package dev.lockstep.scaler.trigger;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One JSON object of a payload, read field by field; every complaint names the field's path. */
record Fields(String path, Map<?, ?> values) {

  /**
   * CloudWatch writes offsets as {@code +0000}, EventBridge as {@code Z}, some services as {@code
   * +00:00}; {@link Instant#parse} takes only the last two.
   */
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX]")
          .toFormatter();

  boolean has(String name) {
    return values.get(name) != null;
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> missing(name, "a string"));
  }

  Optional<String> optionalText(String name) {
    return switch (values.get(name)) {
      case null -> Optional.empty();
      case String text -> Optional.of(text);
      case Object other -> throw wrong(name, other, "a string");
    };
  }

  OptionalInt optionalWholeNumber(String name) {
    return switch (values.get(name)) {
      case null -> OptionalInt.empty();
      case Integer number -> OptionalInt.of(number);
      case Object other -> throw wrong(name, other, "a whole number");
    };
  }

  int wholeNumber(String name) {
    return optionalWholeNumber(name).orElseThrow(() -> missing(name, "a whole number"));
  }

  boolean flag(String name) {
    return switch (values.get(name)) {
      case null -> false;
      case Boolean flag -> flag;
      case Object other -> throw wrong(name, other, "true or false");
    };
  }

  Instant time(String name) {
    String text = text(name);
    try {
      return TIMESTAMP.parse(text, Instant::from);
    } catch (DateTimeException _) {
      throw wrong(name, text, "a time like 2026-01-31T12:00:00Z");
    }
  }

  AlarmState alarmState(String name) {
    String text = text(name);
    return switch (text) {
      case "OK" -> AlarmState.OK;
      case "ALARM" -> AlarmState.ALARM;
      case "INSUFFICIENT_DATA" -> AlarmState.INSUFFICIENT_DATA;
      default -> throw wrong(name, text, "OK, ALARM or INSUFFICIENT_DATA");
    };
  }

  Fields object(String name) {
    return switch (values.get(name)) {
      case null -> throw missing(name, "an object");
      case Map<?, ?> object -> new Fields(pathOf(name), object);
      case Object other -> throw wrong(name, other, "an object");
    };
  }

  List<?> list(String name) {
    return switch (values.get(name)) {
      case null -> throw missing(name, "a list");
      case List<?> list -> list;
      case Object other -> throw wrong(name, other, "a list");
    };
  }

  /** Refuses fields that nobody reads: a misspelt {@code dryrun} must not scale a fleet. */
  void allowOnly(List<String> names) {
    for (Object name : values.keySet()) {
      if (!names.contains(name)) {
        throw new MalformedPayloadException(
            "%s is not known; allowed are %s"
                .formatted(pathOf(String.valueOf(name)), String.join(", ", names)));
      }
    }
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private MalformedPayloadException missing(String name, String needed) {
    return new MalformedPayloadException(
        "%s is missing; it must be %s".formatted(pathOf(name), needed));
  }

  MalformedPayloadException wrong(String name, Object seen, String needed) {
    return new MalformedPayloadException(
        "%s is %s but must be %s".formatted(pathOf(name), Excerpt.of(seen), needed));
  }
}
