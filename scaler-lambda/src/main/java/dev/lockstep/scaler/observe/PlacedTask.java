package dev.lockstep.scaler.observe;

import java.util.Optional;

/**
 * A task that has its place on a host.
 *
 * @param service the service it is of; none for one that somebody started by hand
 * @param holds what it reserves
 */
public record PlacedTask(Optional<String> service, Resources holds) {
  private static final String OF_SERVICE = "service:";

  /** Reads ECS's {@code group} of a task, which is {@code service:NAME} for a service's own. */
  static PlacedTask ofGroup(String group, Resources holds) {
    return new PlacedTask(
        group.startsWith(OF_SERVICE)
            ? Optional.of(group.substring(OF_SERVICE.length()))
            : Optional.empty(),
        holds);
  }
}
