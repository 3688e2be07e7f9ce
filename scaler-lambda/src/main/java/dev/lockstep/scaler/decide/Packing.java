package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hosts being filled with tasks, first fit: each task goes to the first host that has room for it.
 *
 * <p>For tasks that are all alike this is exact. For tasks of several sizes first fit needs at most
 * 1.7 times the hosts of the best packing (Johnson et al., 1974), and ECS, which places tasks one
 * by one too, does no better.
 */
final class Packing {
  private static final class Bin {
    private final Optional<String> instanceId;
    private Resources free;
    private boolean used;

    Bin(Optional<String> instanceId, Resources free, boolean used) {
      this.instanceId = instanceId;
      this.free = free;
      this.used = used;
    }

    int take(int tasks, Resources each) {
      int taken = Math.min(tasks, free.fit(each));
      if (taken > 0) {
        free = free.less(each, taken);
        used = true;
      }
      return taken;
    }
  }

  private final List<Bin> bins = new ArrayList<>();

  /**
   * Adds a host that is there.
   *
   * @param used whether there is a task on it already
   */
  void host(String instanceId, Resources free, boolean used) {
    bins.add(new Bin(Optional.of(instanceId), free, used));
  }

  /** Adds hosts that are to come, empty. */
  void hosts(int count, Resources each) {
    for (int i = 0; i < count; i++) {
      bins.add(new Bin(Optional.empty(), each, false));
    }
  }

  /** Places tasks on the hosts there are; how many found room. */
  int place(int tasks, Resources each) {
    int left = tasks;
    for (Bin bin : bins) {
      if (left == 0) {
        break;
      }
      left -= bin.take(left, each);
    }
    return tasks - left;
  }

  /**
   * Places tasks on the hosts there are, then on as many more as it takes.
   *
   * @return how many more hosts; none for tasks that no such host can hold
   */
  int placeOnMore(int tasks, Resources each, Resources host) {
    int left = tasks - place(tasks, each);
    int fit = host.fit(each);
    if (left == 0 || fit == 0) {
      return 0;
    }
    int more = Math.ceilDiv(left, fit);
    hosts(more, host);
    place(left, each);
    return more;
  }

  /** Hosts with a task on them. */
  int used() {
    return Math.toIntExact(bins.stream().filter(bin -> bin.used).count());
  }

  /** The hosts that are there and have no task, by name. */
  List<String> unused() {
    return bins.stream()
        .filter(bin -> !bin.used)
        .map(bin -> bin.instanceId)
        .flatMap(Optional::stream)
        .toList();
  }
}
