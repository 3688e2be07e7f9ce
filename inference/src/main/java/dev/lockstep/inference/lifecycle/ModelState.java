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

    private Ready(ServedModel model) {
      this.model = model;
    }

    public ServedModel model() {
      return model;
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

  /** As Triton's repository index names it. */
  default String label() {
    return switch (this) {
      case Loading _ -> "LOADING";
      case Ready _ -> "READY";
      case Refused _, Unloaded _ -> "UNAVAILABLE";
    };
  }
}
