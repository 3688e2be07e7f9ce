package dev.lockstep.inference.http;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** JSON as nobody means it. Every text in it can be told from what the server says itself. */
final class JsonArbitraries {
  /** No name and no number, so no answer may repeat it. */
  static final String CANARY = "canary \u2713 bird";

  private JsonArbitraries() {}

  /** Any value: small and huge, flat and deep, well-formed and as odd as JSON allows. */
  static Arbitrary<String> values() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, scalars()), Tuple.of(4, trees(3)), Tuple.of(1, nested()));
  }

  private static Arbitrary<String> scalars() {
    return Arbitraries.oneOf(strings(), numbers(), Arbitraries.of("true", "false", "null"));
  }

  /** Strings in which any character may stand, half surrogates and control characters too. */
  private static Arbitrary<String> strings() {
    Arbitrary<String> odd =
        Arbitraries.strings()
            .withCharRange('\u0000', '\uffff')
            .ofMaxLength(20)
            .map(JsonArbitraries::escaped);
    Arbitrary<String> known = Arbitraries.of("", " ", "a", "\\u0000", "\\ud83d\\ude00", "\\udfff");
    Arbitrary<String> lengthy = Arbitraries.of(100, 8_193).map("x "::repeat);
    return Arbitraries.oneOf(odd, known, lengthy).map(text -> '"' + CANARY + text + '"');
  }

  private static Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.integers().between(-2, 20).map(String::valueOf),
        Arbitraries.doubles().map(String::valueOf),
        Arbitraries.bigIntegers().map(String::valueOf),
        Arbitraries.of(
            "-0",
            "0.5",
            "1e999",
            "-1e999",
            "1e-999",
            "1e999999999",
            "1e2147483648",
            "9".repeat(900)));
  }

  private static Arbitrary<String> trees(int depth) {
    if (depth == 0) {
      return scalars();
    }
    Arbitrary<List<String>> children =
        Arbitraries.lazy(() -> Arbitraries.oneOf(scalars(), trees(depth - 1))).list().ofMaxSize(4);
    Arbitrary<String> lists = children.map(items -> "[" + String.join(",", items) + "]");
    Arbitrary<String> objects =
        Combinators.combine(children, Arbitraries.of("text", "id", "", CANARY).list().ofSize(4))
            .as((items, names) ->
                items.stream()
                    .map(item -> '"' + names.get(items.indexOf(item)) + "\":" + item)
                    .collect(Collectors.joining(",", "{", "}")));
    return Arbitraries.oneOf(lists, objects);
  }

  private static Arbitrary<String> nested() {
    return Combinators.combine(
            Arbitraries.of(10, 900, 1_100, 100_000), Arbitraries.of("[", "{\"text\":"))
        .as((depth, opening) -> {
          String closing = opening.equals("[") ? "]" : "}";
          return opening.repeat(depth) + "1" + closing.repeat(depth);
        });
  }

  private static String escaped(String text) {
    return text.chars()
        .mapToObj(c -> String.format(Locale.ROOT, "\\u%04x", c))
        .collect(Collectors.joining());
  }
}
