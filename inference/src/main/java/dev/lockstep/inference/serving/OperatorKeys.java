package dev.lockstep.inference.serving;

import dev.lockstep.inference.settings.UnusableSettingException;

/**
 * Who may load and unload models: nobody, unless the operator sets keys for it. They are keys of
 * their own, because a key that is handed out for inference must not be able to take the model away
 * from everybody else, and {@code LOCKSTEP_ANONYMOUS} does not open what they guard.
 */
public final class OperatorKeys {
  private final KeyRing keys;
  private final ApiKeys callers;

  private OperatorKeys(KeyRing keys, ApiKeys callers) {
    this.keys = keys;
    this.callers = callers;
  }

  /**
   * Reads the operator's choice.
   *
   * @param commaSeparated {@code LOCKSTEP_OPERATOR_KEYS}; empty closes the repository
   * @throws UnusableSettingException when one of them is an API key too
   */
  public static OperatorKeys of(String commaSeparated, ApiKeys callers) {
    KeyRing keys = KeyRing.of(commaSeparated);
    if (callers.sharesOneWith(keys)) {
      throw new UnusableSettingException(
          "LOCKSTEP_OPERATOR_KEYS and LOCKSTEP_API_KEYS have a key in common; an operator's key is"
              + " no caller's");
    }
    return new OperatorKeys(keys, callers);
  }

  /** Whether anybody may. */
  public boolean present() {
    return keys.size() > 0;
  }

  /**
   * Lets an operator pass.
   *
   * @param authorization the header's value, empty when it was not sent
   * @throws ApiException 404 when the repository is closed to all, 403 to a caller's key, 401
   *     without any
   */
  public void require(String authorization) {
    if (!present()) {
      throw ApiException.repositoryClosed();
    }
    if (keys.holder(authorization).isPresent()) {
      return;
    }
    throw callers.holds(authorization)
        ? ApiException.notAnOperator()
        : ApiException.unauthenticated();
  }
}
