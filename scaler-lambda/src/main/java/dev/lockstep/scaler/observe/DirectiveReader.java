package dev.lockstep.scaler.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds in a group's tags what an operator told the brain about one service. */
final class DirectiveReader {
  private DirectiveReader() {}

  /**
   * What was found.
   *
   * @param gaps tags that are no directives, in sentences
   */
  record Found(Directives directives, List<String> gaps) {}

  static Found read(String service, Map<String, String> tags) {
    List<String> gaps = new ArrayList<>();
    Directives directives =
        new Directives(
            directive(Directive.Floor.key(service), tags, Directive.Floor::parse, gaps),
            directive(Directive.Hold.key(service), tags, Directive.Hold::parse, gaps));
    return new Found(directives, List.copyOf(gaps));
  }

  private static <T extends Directive> Optional<T> directive(
      String key,
      Map<String, String> tags,
      Function<String, Optional<T>> parse,
      List<String> gaps) {
    Optional<String> value = Optional.ofNullable(tags.get(key));
    Optional<T> directive = value.flatMap(parse);
    if (value.isPresent() && directive.isEmpty()) {
      gaps.add(
          "the group's tag %s is '%s', which is no directive; it is ignored"
              .formatted(key, value.get()));
    }
    return directive;
  }
}
