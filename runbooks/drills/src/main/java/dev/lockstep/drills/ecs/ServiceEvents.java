package dev.lockstep.drills.ecs;

import dev.lockstep.drills.journal.Names;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What DescribeServices tells of a service's tasks: that one was started, and that one was not.
 * Whether ECS says the latter at each attempt is not documented; here it does.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html">Service
 *     event messages</a>
 */
final class ServiceEvents {
  static final String NO_ROOM =
      "(service %s) was unable to place a task because no container instance met all of its requirements."
          .formatted(Names.SERVICE);

  /** ECS shows no more of them. */
  private static final int MOST = 100;

  private final Deque<ServiceEvent> newestFirst = new ArrayDeque<>();

  void started(Task task, Instant now) {
    add(
        new ServiceEvent(
            now,
            "(service %s) has started 1 tasks: (task %s).".formatted(Names.SERVICE, task.id())));
  }

  void noRoom(Instant now) {
    add(new ServiceEvent(now, NO_ROOM));
  }

  private void add(ServiceEvent event) {
    newestFirst.addFirst(event);
    if (newestFirst.size() > MOST) {
      newestFirst.removeLast();
    }
  }

  List<ServiceEvent> newestFirst() {
    return List.copyOf(newestFirst);
  }
}
