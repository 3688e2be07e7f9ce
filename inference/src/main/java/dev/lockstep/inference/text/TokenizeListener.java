package dev.lockstep.inference.text;

import java.time.Duration;

/** Told of each request whose texts became tokens, on the thread that did it: be quick. */
@FunctionalInterface
public interface TokenizeListener {
  TokenizeListener NONE = (_, _, _) -> {};

  /**
   * Told when it is done; a request that is refused for its texts is not told of.
   *
   * @param texts of one request
   * @param tokens of them all
   */
  void tokenized(int texts, long tokens, Duration took);
}
