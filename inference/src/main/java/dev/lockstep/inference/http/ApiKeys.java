package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who may use the GPU. Several keys at once, so that one can be replaced while it is in use. */
public final class ApiKeys {
  private static final String BEARER = "Bearer ";
  private static final int NOBODY = -1;

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

  /** Whether keys tell tenants apart. */
  public boolean severalTenants() {
    return keys.size() > 1;
  }

  /**
   * Who holds this key: nobody, when there is no such key. Compares with every key, each in
   * constant time, so that the time taken tells nothing.
   *
   * @param authorization the header's value, empty when it was not sent
   */
  Optional<Tenant> tenant(String authorization) {
    String token = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
    byte[] seen = token.getBytes(StandardCharsets.UTF_8);
    int holder = NOBODY;
    for (int i = 0; i < keys.size(); i++) {
      holder = MessageDigest.isEqual(keys.get(i), seen) ? i : holder;
    }
    if (holder != NOBODY) {
      return Optional.of(new Tenant("key-" + (holder + 1)));
    }
    return anonymous ? Optional.of(Tenant.ANYBODY) : Optional.empty();
  }
}
