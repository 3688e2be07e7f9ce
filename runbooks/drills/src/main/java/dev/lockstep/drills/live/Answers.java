package dev.lockstep.drills.live;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What became of each request as its user saw it. */
public final class Answers {
  /** What the load balancer says when it has no task to send a request to. */
  static final String NO_TASK = "no task is healthy yet\n";

  /** What it says when the task that held a request is gone. */
  static final String TARGET_GONE = "its target is gone\n";

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int TIMEOUT = 504;

  private final LongAdder sent = new LongAdder();
  private final LongAdder served = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unrouted = new LongAdder();
  private final LongAdder killed = new LongAdder();

  /** What nobody should have answered, by what it was. */
  private final ConcurrentMap<String, LongAdder> lost = new ConcurrentHashMap<>();

  /**
   * Counts at a moment. {@code sent = served + refused + unrouted + killed + lost + under way}.
   *
   * @param refused by a task without room, which accepted nothing
   * @param unrouted by a load balancer without a task
   * @param killed with the host or the task that held them
   * @param lost everything else: an error, or no answer at all
   * @param how the lost ones ended, for people
   */
  public record Counts(
      long sent, long served, long refused, long unrouted, long killed, long lost, String how) {

    public long underWay() {
      return sent - served - refused - unrouted - killed - lost;
    }
  }

  void sent() {
    sent.increment();
  }

  /** An answer came; the load balancer's own say in their text why there is no other. */
  void answered(int status, String text) {
    switch (status) {
      case OK -> served.increment();
      case TOO_MANY_REQUESTS -> refused.increment();
      case UNAVAILABLE -> own(NO_TASK, text, unrouted, status);
      case TIMEOUT -> own(TARGET_GONE, text, killed, status);
      default -> lost("%d %s".formatted(status, text.strip()));
    }
  }

  private void own(String reason, String text, LongAdder expected, int status) {
    if (text.equals(reason)) {
      expected.increment();
    } else {
      lost("%d %s".formatted(status, text.strip()));
    }
  }

  /** No answer came. */
  void lost(String how) {
    lost.computeIfAbsent(how, _ -> new LongAdder()).increment();
  }

  /** Now; while requests are under way the counts of different ends may be apart by some. */
  public Counts counts() {
    return new Counts(
        sent.sum(),
        served.sum(),
        refused.sum(),
        unrouted.sum(),
        killed.sum(),
        lost.values().stream().mapToLong(LongAdder::sum).sum(),
        lost.entrySet().stream()
            .map(end -> "%d x %s".formatted(end.getValue().sum(), end.getKey()))
            .sorted()
            .collect(Collectors.joining("; ")));
  }
}
