package dev.lockstep.drills.account;

import java.util.HashSet;
import java.util.Set;

/**
 * The load balancer's HTTPS listener, as far as its certificate goes: from the day on which it
 * expires users' clients refuse it, and the load balancer counts failed negotiations instead of
 * requests.
 */
public final class Listener {
  /** What the module was given. */
  public static final String FIRST_CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1";

  private final Set<String> expired = new HashSet<>();
  private String certificate = FIRST_CERTIFICATE;
  private Runnable changed = () -> {};

  /** Told when clients begin or cease to trust it. */
  public void whenChanged(Runnable listener) {
    changed = listener;
  }

  /** The certificate that is presented expires now. */
  public void expire() {
    expired.add(certificate);
    changed.run();
  }

  /** What ModifyListener does with another certificate. */
  public void present(String other) {
    certificate = other;
    changed.run();
  }

  /** Whether clients accept what is presented. */
  public boolean trusted() {
    return !expired.contains(certificate);
  }
}
