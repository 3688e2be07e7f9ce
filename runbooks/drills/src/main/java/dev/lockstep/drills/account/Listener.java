package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The load balancer's HTTPS listener, as far as its certificates go: from the day on which the one
 * it presents expires users' clients refuse it, and the load balancer counts failed negotiations
 * instead of requests.
 */
public final class Listener {
  /** What the module was given. */
  public static final String FIRST_CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1";

  /** Of a new certificate: longer than any drill, and than any alarm looks ahead. */
  private static final Duration VALIDITY = Duration.ofDays(198);

  private final Timeline timeline;
  private final Map<String, Instant> expiries = new TreeMap<>();
  private String certificate = FIRST_CERTIFICATE;
  private Runnable changed = () -> {};

  Listener(Timeline timeline) {
    this.timeline = timeline;
    expiries.put(certificate, timeline.instant().plus(VALIDITY));
  }

  /** Told when clients begin or cease to trust it. */
  public void whenChanged(Runnable listener) {
    changed = listener;
  }

  /** The certificate that is presented has not been renewed, and expires after a while. */
  public void expireIn(Duration left) {
    Instant expiry = timeline.instant().plus(left);
    expiries.put(certificate, expiry);
    timeline.at(expiry, changed);
  }

  /** What ModifyListener does with another certificate; one that nobody knows is new. */
  public void present(String other) {
    certificate = other;
    expiries.putIfAbsent(other, timeline.instant().plus(VALIDITY));
    changed.run();
  }

  /** Whether clients accept what is presented. */
  public boolean trusted() {
    return left().getOrDefault(certificate, Duration.ZERO).isPositive();
  }

  /** Each certificate that there is, and how long it is valid; negative when it was. */
  public Map<String, Duration> left() {
    Map<String, Duration> left = new TreeMap<>();
    expiries.forEach((arn, expiry) -> left.put(arn, Duration.between(timeline.instant(), expiry)));
    return left;
  }
}
