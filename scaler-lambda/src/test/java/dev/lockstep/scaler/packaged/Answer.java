package dev.lockstep.scaler.packaged;

import java.time.Duration;

/** What the function told Lambda about one invocation. */
sealed interface Answer {

  String body();

  /** From the moment the invocation was handed over to the moment the answer was there. */
  Duration took();

  record Returned(String body, Duration took) implements Answer {}

  /** The invocation failed; the body is Lambda's error document. */
  record Failed(String body, Duration took) implements Answer {}
}
