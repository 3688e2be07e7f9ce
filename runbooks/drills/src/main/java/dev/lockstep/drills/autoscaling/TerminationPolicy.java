package dev.lockstep.drills.autoscaling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whom a group ends when it is lowered: in the zone with the most hosts the one nearest to its next
 * billing hour, and never a protected one. What runs on a host does not count.
 *
 * <p>With one launch template and billing by the second the default policy comes down to the oldest
 * host of the fullest zone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html">Termination
 *     policies</a>
 */
final class TerminationPolicy {
  private TerminationPolicy() {}

  static List<Host> victims(Collection<Host> hosts, int count) {
    List<Host> left = new ArrayList<>(hosts.stream().filter(Host::counted).toList());
    List<Host> victims = new ArrayList<>();
    while (victims.size() < count) {
      Optional<Host> next = next(left);
      if (next.isEmpty()) {
        break;
      }
      left.remove(next.get());
      victims.add(next.get());
    }
    return victims;
  }

  private static Optional<Host> next(List<Host> hosts) {
    Map<String, Long> byZone =
        hosts.stream().collect(Collectors.groupingBy(Host::zone, Collectors.counting()));
    return hosts.stream()
        .filter(host -> !host.protectedFromScaleIn())
        .max(
            Comparator.comparingLong((Host host) -> byZone.getOrDefault(host.zone(), 0L))
                .thenComparing(Host::launchedAt, Comparator.reverseOrder())
                .thenComparing(Host::id, Comparator.reverseOrder()));
  }

  /** A host of the fullest zone that may go when another zone has two fewer or less. */
  static Optional<Host> unbalanced(Collection<Host> hosts, List<String> zones) {
    List<Host> counted = hosts.stream().filter(Host::counted).toList();
    Map<String, Long> byZone =
        counted.stream().collect(Collectors.groupingBy(Host::zone, Collectors.counting()));
    long most = byZone.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long least = zones.stream().mapToLong(zone -> byZone.getOrDefault(zone, 0L)).min().orElse(0);
    return most - least < 2
        ? Optional.empty()
        : next(counted).filter(host -> byZone.getOrDefault(host.zone(), 0L) == most);
  }
}
