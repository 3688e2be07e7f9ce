package dev.lockstep.drills.traffic;

/**
 * What became of requests, counted. {@code arrived + unrouted + untrusted} is what users sent; the
 * rest is how it ended. Not safe for threads.
 */
public final class Tally {
  private final LatencyHistogram latencies = new LatencyHistogram();
  private long arrived;
  private long refused;
  private long failed;
  private long timedOut;
  private long unrouted;
  private long untrusted;
  private long queuedMicros;
  private long begun;
  private long busyMicros;

  /** A request reached a task, whatever became of it there. */
  public void arrived() {
    arrived++;
  }

  /** A task answered with what was asked for. */
  public void served(long micros) {
    latencies.add(micros);
  }

  /** A task had no room. */
  public void refused() {
    refused++;
  }

  /** A task answered with an error, or died while it held the request. */
  public void failed() {
    failed++;
  }

  /** Nobody answered in time. */
  public void timedOut() {
    timedOut++;
  }

  /** The load balancer found no task to send a request to. */
  public void unrouted() {
    unrouted++;
  }

  /** A user's client did not trust the load balancer's certificate. */
  public void untrusted() {
    untrusted++;
  }

  /** The GPU took a request up, after a wait. */
  void begun(long waitedMicros) {
    begun++;
    queuedMicros += waitedMicros;
  }

  /** A GPU worked. */
  void busy(long micros) {
    busyMicros += micros;
  }

  void addAll(Tally other) {
    latencies.addAll(other.latencies);
    arrived += other.arrived;
    refused += other.refused;
    failed += other.failed;
    timedOut += other.timedOut;
    unrouted += other.unrouted;
    untrusted += other.untrusted;
    queuedMicros += other.queuedMicros;
    begun += other.begun;
    busyMicros += other.busyMicros;
  }

  public LatencyHistogram latencies() {
    return latencies;
  }

  /** Requests that a task was found for. */
  public long arrivals() {
    return arrived;
  }

  public long sent() {
    return arrived + unrouted + untrusted;
  }

  public long served() {
    return latencies.total();
  }

  public long refusals() {
    return refused;
  }

  public long failures() {
    return failed;
  }

  public long timeouts() {
    return timedOut;
  }

  public long unroutedCount() {
    return unrouted;
  }

  /** Requests that ended before they began, for want of TLS. */
  public long untrustedCount() {
    return untrusted;
  }

  public long inFlight() {
    return sent() - served() - refused - failed - timedOut - unrouted - untrusted;
  }

  /** How long requests waited for the GPU, in milliseconds a request; 0 without any. */
  double meanQueueMillis() {
    return begun == 0 ? 0 : queuedMicros / 1000.0 / begun;
  }

  long busyMicros() {
    return busyMicros;
  }
}
