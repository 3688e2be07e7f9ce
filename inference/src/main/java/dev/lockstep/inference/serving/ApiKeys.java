package dev.lockstep.inference.serving;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.settings.UnusableSettingException;
import java.util.Optional;
import java.util.OptionalInt;

/** Who may use the GPU. Several keys at once, so that one can be replaced while it is in use. */
public final class ApiKeys {
  private final KeyRing keys;
  private final boolean anonymous;

  private ApiKeys(KeyRing keys, boolean anonymous) {
    this.keys = keys;
    this.anonymous = anonymous;
  }

  /**
   * Reads the operator's choice.
   *
   * @param commaSeparated {@code LOCKSTEP_API_KEYS}
   * @param anonymous {@code LOCKSTEP_ANONYMOUS}: let everybody in
   * @throws UnusableSettingException when there are no keys and nobody chose to do without
   */
  public static ApiKeys of(String commaSeparated, boolean anonymous) {
    KeyRing keys = KeyRing.of(commaSeparated);
    if (keys.size() == 0 && !anonymous) {
      throw new UnusableSettingException(
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
   * Who holds this key: nobody, when there is no such key.
   *
   * @param authorization the header's value, empty when it was not sent
   */
  public Optional<Tenant> tenant(String authorization) {
    OptionalInt holder = keys.holder(authorization);
    if (holder.isPresent()) {
      return Optional.of(new Tenant("key-" + (holder.getAsInt() + 1)));
    }
    return anonymous ? Optional.of(Tenant.ANYBODY) : Optional.empty();
  }

  /** Whether it is one of the keys, whoever else may come in. */
  boolean holds(String authorization) {
    return keys.holder(authorization).isPresent();
  }

  boolean sharesOneWith(KeyRing others) {
    return keys.sharesOneWith(others);
  }
}
