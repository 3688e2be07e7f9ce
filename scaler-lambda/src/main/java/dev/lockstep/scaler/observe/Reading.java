package dev.lockstep.scaler.observe;

import java.util.Optional;

/**
 * Something looked up that may not have been found. What is missing is <em>unknown</em>, never
 * zero: no decision may treat silence as an idle fleet.
 */
public sealed interface Reading<T> {

  /**
   * It was found.
   *
   * @param source where the value comes from, for the decision record
   */
  record Known<T>(T value, String source) implements Reading<T> {}

  record Unknown<T>(String why) implements Reading<T> {}

  /** The value, where there is one. */
  default Optional<T> known() {
    return switch (this) {
      case Known<T>(T value, String _) -> Optional.of(value);
      case Unknown<T> _ -> Optional.empty();
    };
  }
}
