package dev.lockstep.drills.drill;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** One mapping of a scenario file, read field by field; every complaint names where it is. */
final class Entries {
  private final String where;
  private final Map<?, ?> fields;

  /** What was asked for, in order: the fields that there are. */
  private final Set<String> known = new LinkedHashSet<>();

  private Entries(String where, Map<?, ?> fields) {
    this.where = where;
    this.fields = fields;
  }

  static Entries of(String where, Object value) {
    if (value instanceof Map<?, ?> fields) {
      return new Entries(where, fields);
    }
    throw new ScenarioException("%s is '%s' but must be a mapping".formatted(where, value));
  }

  String text(String name) {
    return find(name).map(String::valueOf).orElseThrow(() -> missing(name, "a text"));
  }

  String text(String name, String otherwise) {
    return find(name).map(String::valueOf).orElse(otherwise);
  }

  double number(String name, double otherwise) {
    return find(name).map(value -> number(name, value)).orElse(otherwise);
  }

  double number(String name) {
    return find(name)
        .map(value -> number(name, value))
        .orElseThrow(() -> missing(name, "a number"));
  }

  Duration seconds(String name) {
    return Duration.ofMillis(Math.round(1000 * number(name)));
  }

  Optional<Duration> maybeSeconds(String name) {
    return find(name).map(_ -> seconds(name));
  }

  OptionalInt maybeCount(String name) {
    return find(name).isPresent() ? OptionalInt.of((int) number(name)) : OptionalInt.empty();
  }

  Entries entries(String name) {
    return find(name)
        .map(value -> of(where + "." + name, value))
        .orElseThrow(() -> missing(name, "a mapping"));
  }

  boolean has(String name) {
    return find(name).isPresent();
  }

  List<Entries> list(String name) {
    return find(name)
        .map(value -> {
          if (value instanceof List<?> items) {
            return IntStream.range(0, items.size())
                .mapToObj(i -> of("%s.%s[%d]".formatted(where, name, i), items.get(i)))
                .toList();
          }
          throw new ScenarioException(
              "%s.%s is '%s' but must be a list".formatted(where, name, value));
        })
        .orElse(List.of());
  }

  ScenarioException wrong(String name, Object seen, String allowed) {
    return new ScenarioException(
        "%s.%s is '%s' but must be %s".formatted(where, name, seen, allowed));
  }

  private double number(String name, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, value, "a number");
  }

  /** Complains of a field that nobody asked for: a misspelt one would be left out in silence. */
  void nothingElse() {
    fields.keySet().stream()
        .map(String::valueOf)
        .filter(field -> !known.contains(field))
        .findFirst()
        .ifPresent(field -> {
          throw new ScenarioException(
              "%s has the field '%s' but may have %s only"
                  .formatted(where, field, String.join(", ", known)));
        });
  }

  /** Names and values of a mapping without fixed names; empty when there is none. */
  Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    find(name)
        .ifPresent(value ->
            of(where + "." + name, value)
                .fields
                .forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text))));
    return texts;
  }

  /** A list of texts; empty when there is none. */
  List<String> textList(String name) {
    return find(name)
        .map(value -> {
          if (value instanceof List<?> items) {
            return items.stream().map(String::valueOf).toList();
          }
          throw wrong(name, value, "a list");
        })
        .orElse(List.of());
  }

  /** Where it stands in its file. */
  String where() {
    return where;
  }

  private Optional<Object> find(String name) {
    known.add(name);
    return Optional.ofNullable(fields.get(name));
  }

  private ScenarioException missing(String name, String what) {
    return new ScenarioException("%s.%s is missing; it is %s".formatted(where, name, what));
  }
}
