package dev.lockstep.drills.control;

import dev.lockstep.drills.time.Timeline;
import dev.lockstep.drills.traffic.RequestTimes;
import java.time.Duration;
import java.time.Instant;

/**
 * Demand as a proxy beside each task would see it: every request, at once. Kubernetes' rules have
 * such eyes; CloudWatch does not.
 */
public final class DemandGauge {
  private final RequestTimes requests;
  private final Timeline timeline;
  private final Instant start;

  /** A gauge of requests that began at the start. */
  public DemandGauge(RequestTimes requests, Timeline timeline, Instant start) {
    this.requests = requests;
    this.timeline = timeline;
    this.start = start;
  }

  /** Requests a second over the newest whole seconds. */
  public double perSecond(Duration window) {
    long end = Duration.between(start, timeline.instant()).toSeconds();
    int last = Math.toIntExact(Math.min(end, requests.seconds()));
    int first = Math.toIntExact(Math.max(0, last - window.toSeconds()));
    return last == first ? 0 : (double) requests.between(first, last) / (last - first);
  }
}
