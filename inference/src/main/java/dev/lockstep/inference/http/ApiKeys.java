package dev.lockstep.inference.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Who may use the GPU. Several keys at once, so that one can be replaced while it is in use. */
public final class ApiKeys {
  private static final String BEARER = "Bearer ";

  private final List<byte[]> keys;
  private final boolean anonymous;

  private ApiKeys(List<byte[]> keys, boolean anonymous) {
    this.keys = keys;
    this.anonymous = anonymous;
  }

  /**
   * Reads the operator's choice.
   *
   * @param commaSeparated {@code LOCKSTEP_API_KEYS}
   * @param anonymous {@code LOCKSTEP_ANONYMOUS}: let everybody in
   * @throws IllegalStateException when there are no keys and nobody chose to do without
   */
  public static ApiKeys of(String commaSeparated, boolean anonymous) {
    List<byte[]> keys =
        Arrays.stream(commaSeparated.split(",", -1))
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .map(key -> key.getBytes(StandardCharsets.UTF_8))
            .toList();
    if (keys.isEmpty() && !anonymous) {
      throw new IllegalStateException(
          "no API key is set: set LOCKSTEP_API_KEYS to one or more keys, separated by commas, or"
              + " LOCKSTEP_ANONYMOUS=true to let everybody in");
    }
    return new ApiKeys(keys, anonymous);
  }

  /**
   * Compares with every key, each in constant time, so that the time taken tells nothing.
   *
   * @param authorization the header's value, empty when it was not sent
   */
  boolean admits(String authorization) {
    if (anonymous) {
      return true;
    }
    String token = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
    byte[] seen = token.getBytes(StandardCharsets.UTF_8);
    boolean admitted = false;
    for (byte[] key : keys) {
      admitted |= MessageDigest.isEqual(key, seen);
    }
    return admitted;
  }
}
