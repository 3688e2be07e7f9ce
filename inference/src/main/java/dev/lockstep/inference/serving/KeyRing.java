package dev.lockstep.inference.serving;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Some keys, and who of their holders it is that sends one. */
final class KeyRing {
  private static final String BEARER = "Bearer ";

  private final List<byte[]> keys;

  private KeyRing(List<byte[]> keys) {
    this.keys = keys;
  }

  /** The keys of a setting, in its order. */
  static KeyRing of(String commaSeparated) {
    return new KeyRing(
        Arrays.stream(commaSeparated.split(",", -1))
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .map(key -> key.getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  int size() {
    return keys.size();
  }

  /**
   * The place of the key that was sent. Compares with every key, each in constant time, so that the
   * time taken tells nothing.
   *
   * @param authorization the header's value, empty when it was not sent
   */
  OptionalInt holder(String authorization) {
    String token = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
    byte[] seen = token.getBytes(StandardCharsets.UTF_8);
    OptionalInt holder = OptionalInt.empty();
    for (int i = 0; i < keys.size(); i++) {
      OptionalInt match = OptionalInt.of(i);
      holder = MessageDigest.isEqual(keys.get(i), seen) ? match : holder;
    }
    return holder;
  }

  boolean sharesOneWith(KeyRing other) {
    return keys.stream()
        .anyMatch(
            key -> other.keys.stream().anyMatch(theirs -> MessageDigest.isEqual(key, theirs)));
  }
}
