package dev.lockstep.inference.lifecycle;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Where a model stands. */
public sealed interface ModelState {
  record Loading() implements ModelState {}

  /** It does not serve, and why; the others do. */
  record Refused(String reason) implements ModelState {}

  /** It was taken away on purpose. */
  record Unloaded() implements ModelState {}

  /** It serves. Whoever ends its use last, the server included, closes it. */
  final class Ready implements ModelState {
    private final ServedModel model;
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile Optional<String> refusedReload = Optional.empty();

    private Ready(ServedModel model) {
      this.model = model;
    }

    public ServedModel model() {
      return model;
    }

    /** It was to be loaded again and could not be; this one goes on serving. */
    void refuseReload(String reason) {
      refusedReload = Optional.of(reason);
    }

    Optional<Lease> lease() {
      int before = users.getAndUpdate(count -> count == 0 ? 0 : count + 1);
      return before == 0 ? Optional.empty() : Optional.of(new Lease(this));
    }

    void release() {
      if (users.decrementAndGet() == 0) {
        model.close();
      }
    }
  }

  static Ready ready(ServedModel model) {
    return new Ready(model);
  }

  /** Why it does not serve, or why it serves what it served before it was to be loaded again. */
  default Optional<String> trouble() {
    return switch (this) {
      case Refused(String reason) -> Optional.of(reason);
      case Ready ready -> ready.refusedReload;
      case Loading _, Unloaded _ -> Optional.empty();
    };
  }

  /** As Triton's repository index names it. */
  default String label() {
    return switch (this) {
      case Loading _ -> "LOADING";
      case Ready _ -> "READY";
      case Refused _, Unloaded _ -> "UNAVAILABLE";
    };
  }
}
