package dev.lockstep.scaler.packaged;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One account: a service on a group of hosts, and the requests that reach it.
 *
 * <p>What is set stays set. A host that is asked for is pending, and a task that is asked for does
 * not run, until {@link #settle}.
 */
final class FakeAccount {
  static final String SERVICE = "embed";
  static final String GROUP = "gpu-hosts";

  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private double requestsPerSecond;
  private int launched;

  /** A service's counts, and the group that carries it. */
  record Service(String name, int desired, int running, String group) {
    Service asking(int count) {
      return new Service(name, count, Math.min(running, count), group);
    }
  }

  /** A host of a group; a task runs on it or not. */
  record Host(String id, boolean inService, boolean draining, int tasks, Instant asked) {}

  /** A group's counts, its hosts by name and its tags. */
  record Group(
      String name,
      int desired,
      int min,
      int max,
      Map<String, Host> hosts,
      Map<String, String> tags) {}

  /** Two tasks on two hosts, and a load balancer that sees so many requests. */
  FakeAccount(double requestsPerSecond) {
    reset(requestsPerSecond);
  }

  /** As at the beginning. */
  synchronized void reset(double rate) {
    requestsPerSecond = rate;
    launched = 0;
    groups.put(GROUP, new Group(GROUP, 0, 0, 10, new TreeMap<>(), new TreeMap<>()));
    services.put(SERVICE, new Service(SERVICE, 2, 0, GROUP));
    setHosts(GROUP, 2);
    settle();
  }

  synchronized Optional<Service> service(String nameOrArn) {
    return Optional.ofNullable(services.get(nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1)));
  }

  synchronized List<Group> groups() {
    return List.copyOf(groups.values());
  }

  synchronized Group group(String name) {
    return Optional.ofNullable(groups.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no group " + name));
  }

  synchronized List<Host> hosts() {
    return groups.values().stream().flatMap(group -> group.hosts().values().stream()).toList();
  }

  synchronized double requestsPerSecond() {
    return requestsPerSecond;
  }

  synchronized void setTasks(String service, int count) {
    services.computeIfPresent(service, (_, known) -> known.asking(count));
  }

  /** Auto Scaling refuses what is outside its bounds. */
  synchronized void setHosts(String name, int count) {
    Group group = group(name);
    if (count < group.min() || count > group.max()) {
      throw new IllegalArgumentException(
          "desired capacity %d is not from %d to %d".formatted(count, group.min(), group.max()));
    }
    for (int have = group.hosts().size(); have < count; have++) {
      String id = "i-%017d".formatted(++launched);
      group.hosts().put(id, new Host(id, false, false, 0, Instant.now()));
    }
    groups.put(name, new Group(name, count, group.min(), group.max(), group.hosts(), group.tags()));
  }

  synchronized void end(String hostId, boolean decrement) {
    for (Group group : groups()) {
      if (group.hosts().remove(hostId) != null && decrement) {
        setHosts(group.name(), group.desired() - 1);
      }
    }
  }

  synchronized void drain(String hostId, boolean draining) {
    for (Group group : groups.values()) {
      group
          .hosts()
          .computeIfPresent(
              hostId,
              (_, host) ->
                  new Host(host.id(), host.inService(), draining, host.tasks(), host.asked()));
    }
  }

  synchronized void tag(String group, String key, String value) {
    group(group).tags().put(key, value);
  }

  synchronized void untag(String group, String key) {
    group(group).tags().remove(key);
  }

  /** Hosts boot and register; tasks start, one a host. */
  synchronized void settle() {
    for (Service service : List.copyOf(services.values())) {
      Group group = group(service.group());
      int running = 0;
      for (Host host : new ArrayList<>(group.hosts().values())) {
        int tasks = running < service.desired() ? 1 : 0;
        running += tasks;
        group
            .hosts()
            .put(host.id(), new Host(host.id(), true, host.draining(), tasks, host.asked()));
      }
      services.put(
          service.name(), new Service(service.name(), service.desired(), running, service.group()));
    }
  }
}
