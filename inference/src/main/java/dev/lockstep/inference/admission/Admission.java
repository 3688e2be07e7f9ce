package dev.lockstep.inference.admission;

import dev.lockstep.inference.batching.Prediction;
import dev.lockstep.inference.settings.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. Three bounds, each exact:
 *
 * <ul>
 *   <li><b>requests</b> under way, at most {@code maxInFlight}: a bound on memory;
 *   <li><b>delay</b>: work whose answer is predicted to come after its deadline is refused at once,
 *       which costs nothing, while queueing it would cost the device and serve nobody;
 *   <li><b>share</b>: where there are several tenants, each may hold device time up to
 *       <pre>
 *   held(tenant) + own  &lt;=  alpha x (capacity - held(all))
 * </pre>
 *       so that one alone gets {@code alpha / (1 + alpha)} of the capacity, {@code n} that all want
 *       more get {@code alpha / (1 + n alpha)} each, and whoever comes next finds room. A tenant
 *       that holds nothing may always bring one request.
 * </ul>
 *
 * @see <a href="https://doi.org/10.1109/90.664262">Choudhury and Hahne, Dynamic queue length
 *     thresholds for shared-memory packet switches</a>
 */
public final class Admission {
  /** Two tenants that want all get 44 % each. */
  private static final double ALPHA = 4;

  /** The last fifty or so requests say what the next will be like. */
  private static final double SMOOTHING = 0.02;

  /** Somebody leaves long before, but a whole second is the least that Retry-After can say. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private final int maxInFlight;
  private final Duration capacity;
  private final boolean shared;
  private final Map<Tenant, Duration> held = new HashMap<>();
  private final List<CompletableFuture<@Nullable Void>> waitingForEmpty = new ArrayList<>();
  private Duration heldByAll = Duration.ZERO;
  private long entered;
  private int inFlight;
  private Duration unsizedWork = Duration.ZERO;
  private double ownNanos;
  private double bodyBytes;

  /**
   * An empty house.
   *
   * @param capacity device time that may be held in all: the default budget
   * @param shared whether there are several tenants
   */
  public Admission(int maxInFlight, Duration capacity, boolean shared) {
    Bounds.requireAtLeast(1, "LOCKSTEP_MAX_IN_FLIGHT", maxInFlight);
    this.maxInFlight = maxInFlight;
    this.capacity = capacity;
    this.shared = shared;
  }

  /** A request that is in the house until it is closed. Closing twice is closing once. */
  public final class Pass implements AutoCloseable {
    private final Tenant tenant;
    private final OptionalLong length;
    private final Duration expected;
    private Duration charged = Duration.ZERO;
    private boolean sized;
    private boolean closed;

    private Pass(Tenant tenant, OptionalLong length, Duration expected) {
      this.tenant = tenant;
      this.length = length;
      this.expected = expected;
    }

    /**
     * Admits the request's work, now that its size is known.
     *
     * @param remaining until the caller's deadline
     */
    public Verdict charge(Prediction prediction, Duration remaining) {
      Optional<Verdict.Refused> late = late(prediction.delay(), remaining);
      synchronized (Admission.this) {
        size(this);
        learn(length, prediction.own());
        if (late.isPresent()) {
          return late.get();
        }
        if (shared && exceedsShare(tenant, prediction.own())) {
          return new Verdict.Refused(Verdict.Reason.TENANT_SHARE, prediction.delay());
        }
        if (!closed) {
          hold(tenant, prediction.own());
          charged = charged.plus(prediction.own());
        }
        return new Verdict.Admitted();
      }
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        if (!closed) {
          closed = true;
          size(this);
          inFlight--;
          hold(tenant, charged.negated());
          tellIfEmpty();
        }
      }
    }
  }

  /** What came of knocking at the door. */
  public sealed interface Entry {
    record Open(Pass pass) implements Entry {}

    record Shut(Verdict.Refused refused) implements Entry {}
  }

  /**
   * A request that was not looked at yet.
   *
   * @param length of its body in bytes, where it is known
   */
  public synchronized Entry enter(Tenant tenant, OptionalLong length) {
    if (inFlight >= maxInFlight) {
      return new Entry.Shut(new Verdict.Refused(Verdict.Reason.TOO_MANY, SOON));
    }
    entered++;
    inFlight++;
    Pass pass = new Pass(tenant, length, expected(length));
    unsizedWork = unsizedWork.plus(pass.expected);
    return new Entry.Open(pass);
  }

  /** A refusal when an answer would come after its deadline; its room is there when it is not. */
  public static Optional<Verdict.Refused> late(Duration delay, Duration remaining) {
    Duration over = delay.minus(remaining);
    return over.isPositive()
        ? Optional.of(new Verdict.Refused(Verdict.Reason.TOO_LATE, over))
        : Optional.empty();
  }

  private void size(Pass pass) {
    if (!pass.sized) {
      pass.sized = true;
      unsizedWork = unsizedWork.minus(pass.expected);
    }
  }

  private void learn(OptionalLong length, Duration own) {
    ownNanos += SMOOTHING * (own.toNanos() - ownNanos);
    length.ifPresent(bytes -> bodyBytes += SMOOTHING * (bytes - bodyBytes));
  }

  /**
   * What a request will ask of the device, told from its length alone: as much a byte as those
   * before it, or as much as one of them where its length is not known.
   */
  public synchronized Duration expected(OptionalLong length) {
    double share = length.isPresent() && bodyBytes > 0 ? length.getAsLong() / bodyBytes : 1;
    return Duration.ofNanos(Math.round(share * ownNanos));
  }

  /**
   * What those will ask of the device who are in the house but were not looked at yet. Without it a
   * surge would be let in while it is still being tokenized.
   */
  public synchronized Duration unsizedWork() {
    return unsizedWork;
  }

  /** Done when nobody is in the house, which it may be now. */
  public synchronized CompletionStage<@Nullable Void> whenEmpty() {
    CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
    waitingForEmpty.add(told);
    tellIfEmpty();
    return told;
  }

  private void tellIfEmpty() {
    if (inFlight == 0) {
      waitingForEmpty.forEach(told -> told.complete(null));
      waitingForEmpty.clear();
    }
  }

  /** How many have come in so far. */
  public synchronized long entered() {
    return entered;
  }

  public synchronized int inFlight() {
    return inFlight;
  }

  private boolean exceedsShare(Tenant tenant, Duration own) {
    Duration mine = held.getOrDefault(tenant, Duration.ZERO);
    double room = ALPHA * capacity.minus(heldByAll).toNanos();
    return mine.isPositive() && mine.plus(own).toNanos() > room;
  }

  private void hold(Tenant tenant, Duration more) {
    heldByAll = heldByAll.plus(more);
    Duration next = held.getOrDefault(tenant, Duration.ZERO).plus(more);
    if (next.isPositive()) {
      held.put(tenant, next);
    } else {
      held.remove(tenant);
    }
  }
}
