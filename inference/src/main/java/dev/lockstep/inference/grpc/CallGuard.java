package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.telemetry.ConnectionMetrics.Reason;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Holds one call to the limits of connections, as HTTP's guard holds a connection of which a call
 * is the equal: it has a time to arrive and a time to be taken, and room for what it brings and
 * gets. A call whose time is over ends, and its connection, which may be a load balancer's for many
 * clients, goes on.
 *
 * <p>gRPC tells of bytes on the call's event loop and of its end once, whatever ends it.
 */
final class CallGuard extends ServerStreamTracer {
  /** The call's own, for whoever is asked to let it in. */
  static final Context.Key<CallGuard> KEY = Context.key("lockstep.call-guard");

  /** As HTTP's: most requests bring less, and need not ask for room. */
  private static final long FREE_BYTES = 16_384;

  private final Connections connections;
  private final Timer timer;
  private final AtomicInteger open;
  private final int place;

  private Optional<Context.CancellableContext> context = Optional.empty();
  private Optional<Timeout> waiting = Optional.empty();

  /** How often it has waited for something, to know a time that is over from one that was. */
  private int waits;

  private Consumer<ApiException> refusal = _ -> {};
  private boolean answersOnce;
  private long wire;
  private long unpacked;
  private long arrived;
  private long held;
  private boolean refused;
  private boolean closed;

  CallGuard(Connections connections, Timer timer, AtomicInteger open) {
    this.connections = connections;
    this.timer = timer;
    this.open = open;
    this.place = open.incrementAndGet();
  }

  /** Whether there are more calls than connections may be open: by HTTP each has one at a time. */
  boolean isOneTooMany() {
    return place > connections.limits().connections();
  }

  /** How the call is told that the rest of its request is not waited for. */
  synchronized void whenRefused(Consumer<ApiException> told) {
    refusal = told;
  }

  /** Whether it was ended in the middle; what still comes of it is nobody's. */
  synchronized boolean isRefused() {
    return refused;
  }

  /** The request is complete. */
  synchronized void hasArrived() {
    stopWaiting();
  }

  /** A parent of the call's own context, so that it can be cancelled from here. */
  @Override
  public synchronized Context filterContext(Context outer) {
    Context.CancellableContext parent = outer.withCancellation();
    context = Optional.of(parent);
    waitFor(connections.limits().read(), this::hasNotArrived);
    return parent.withValue(KEY, this);
  }

  @Override
  public synchronized void serverCallStarted(ServerCallInfo<?, ?> call) {
    answersOnce = call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY;
  }

  @Override
  public void inboundWireSize(long bytes) {
    grow(bytes, 0);
  }

  /** What is unpacked counts too, or a few bytes could hold a whole message's room. */
  @Override
  public void inboundUncompressedSize(long bytes) {
    grow(0, bytes);
  }

  private void grow(long onTheWire, long unpackedBytes) {
    if (hasNoRoomFor(onTheWire, unpackedBytes)) {
      connections.metrics().refused();
      tell(ApiException.noRoom("too many bytes are under way"));
    }
  }

  private synchronized boolean hasNoRoomFor(long onTheWire, long unpackedBytes) {
    wire += onTheWire;
    unpacked += unpackedBytes;
    long size = Math.max(wire, unpacked);
    long more = room(size) - room(arrived);
    arrived = size;
    if (more <= 0 || refused || closed || hold(more)) {
      return false;
    }
    refused = true;
    stopWaiting();
    return true;
  }

  /** Not under the lock: the call is told in a way that comes back here. */
  private void tell(ApiException why) {
    Consumer<ApiException> told;
    synchronized (this) {
      told = refusal;
    }
    told.accept(why);
  }

  private static long room(long bytes) {
    return Math.max(0, bytes - FREE_BYTES);
  }

  private boolean hold(long more) {
    held += more;
    return connections.hold(more);
  }

  /**
   * An answer is on its way to the connection, told by whoever sends it; who watches a health check
   * may take their time.
   */
  @Override
  public synchronized void outboundMessageSent(int number, long wireBytes, long uncompressedBytes) {
    if (answersOnce && !closed) {
      hold(wireBytes);
      waitFor(connections.limits().write(), this::isNotTaken);
    }
  }

  @Override
  public synchronized void streamClosed(Status status) {
    closed = true;
    stopWaiting();
    connections.release(held);
    held = 0;
    open.decrementAndGet();
    context.ifPresent(parent -> parent.cancel(null));
  }

  private void waitFor(Duration most, Consumer<Duration> over) {
    stopWaiting();
    int wait = waits;
    waiting =
        Optional.of(
            timer.newTimeout(
                _ -> {
                  if (isEndedBy(wait)) {
                    over.accept(most);
                  }
                },
                most.toNanos(),
                TimeUnit.NANOSECONDS));
  }

  private void stopWaiting() {
    waiting.ifPresent(Timeout::cancel);
    waiting = Optional.empty();
    waits++;
  }

  /** Whether what is over is what was waited for, and not a time before it. */
  private synchronized boolean isEndedBy(int wait) {
    boolean now = wait == waits;
    refused |= now;
    return now;
  }

  private void hasNotArrived(Duration most) {
    connections.metrics().closed(Reason.SLOW_REQUEST);
    tell(ApiException.tooSlow(most));
  }

  /**
   * gRPC resets a call whose context has timed out, as it does when the caller's own deadline has
   * passed. The caller sees CANCELLED: a status goes behind the message, which is what is not
   * taken.
   */
  private void isNotTaken(Duration most) {
    connections.metrics().closed(Reason.SLOW_RESPONSE);
    context.ifPresent(
        parent -> parent.cancel(new TimeoutException("not taken in %s".formatted(most))));
  }
}
