package dev.lockstep.drills.ecs;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whom the scheduler stops first when there are too many: what is on an instance that is being
 * emptied, then what does not serve yet, then in the fullest zone the newest. It knows nothing of
 * how busy a task or how full a host is.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html">Service
 *     scale-in keeps zones in balance</a>
 */
final class StopOrder {
  private StopOrder() {}

  static List<Task> firstToGo(Collection<Task> alive) {
    Map<String, Long> byZone =
        alive.stream().collect(Collectors.groupingBy(task -> zone(task), Collectors.counting()));
    return alive.stream()
        .sorted(
            Comparator.comparing((Task task) -> !task.displaced())
                .thenComparing(Task::state)
                .thenComparing(
                    task -> byZone.getOrDefault(zone(task), 0L), Comparator.reverseOrder())
                .thenComparing(Task::index, Comparator.reverseOrder()))
        .toList();
  }

  private static String zone(Task task) {
    return task.instance().host().zone();
  }
}
