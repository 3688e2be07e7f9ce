package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.ApiFaults;
import dev.lockstep.drills.account.Delivery;
import dev.lockstep.drills.autoscaling.Host;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Names;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Something that goes wrong in a scenario, from a second on, and some until another second. Several
 * can go on at once, of one kind too: each ends what it began itself and nothing else.
 */
public sealed interface Fault {

  /** Begins it. */
  void begin(Simulation simulation);

  /** Ends it; what cannot be undone stays as it is. */
  default void end(Simulation simulation) {}

  /** EC2 has nothing to give; {@code *} stands for every zone or type. */
  record NoCapacity(String zone, String type) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().group().capacity().deny(zone, type);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().group().capacity().grant(zone, type);
    }
  }

  /** Shares of API calls that are throttled, answered with a 5xx, or meet another change. */
  record ApiErrors(ApiFaults.Shares shares) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().apiFaults().disturb(shares);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().apiFaults().calm(shares);
    }
  }

  /** Metrics of a namespace are not published. */
  record MetricsLost(String namespace) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().metrics().lose(namespace);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().metrics().publishAgain(namespace);
    }
  }

  /** Metrics can be read later than they should. */
  record MetricsLate(Duration by) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().metrics().delayBy(by);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().metrics().hurryBy(by);
    }
  }

  /** Triggers get lost, arrive twice, or overtake each other. */
  record Triggers(Delivery.Faults faults) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().delivery().disturb(faults);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().delivery().calm(faults);
    }
  }

  /** Boots take so many times as long. */
  record SlowBoots(double factor) implements Fault {
    public SlowBoots {
      if (!(factor > 0)) {
        throw new IllegalArgumentException("boots take more than 0 times as long, not " + factor);
      }
    }

    @Override
    public void begin(Simulation simulation) {
      simulation.account().group().slowBoots(factor);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().group().slowBoots(1 / factor);
    }
  }

  /** The oldest hosts die. */
  record HostsDie(int count) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      List<Host> oldest =
          simulation.account().group().hosts().stream()
              .filter(Host::counted)
              .sorted(Comparator.comparing(Host::launchedAt).thenComparing(Host::id))
              .limit(count)
              .toList();
      oldest.forEach(host -> simulation.account().group().kill(host.id()));
    }
  }

  /** A zone is lost: its hosts die and no new one is to be had there. */
  record ZoneLost(String zone) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      new NoCapacity(zone, "*").begin(simulation);
      simulation.account().group().hosts().stream()
          .filter(host -> host.counted() && host.zone().equals(zone))
          .forEach(host -> simulation.account().group().kill(host.id()));
    }

    @Override
    public void end(Simulation simulation) {
      new NoCapacity(zone, "*").end(simulation);
    }
  }

  /** A serving task takes requests and answers none. */
  record TaskHangs() implements Fault {
    @Override
    public void begin(Simulation simulation) {
      oldestServing(simulation.account()).ifPresent(simulation.fleet()::hang);
    }

    private static Optional<Task> oldestServing(Account account) {
      return account.service().tasks().stream()
          .filter(task -> task.state() == Task.State.SERVING)
          .min(Comparator.comparingLong(Task::index));
    }
  }

  /** The GPUs of the oldest hosts fail, as after an XID error; their agents notice nothing. */
  record GpusFail(int count) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().cluster().instances().stream()
          .sorted(Comparator.comparing(instance -> instance.host().id()))
          .limit(count)
          .forEach(instance -> simulation.fleet().failGpu(instance.host().id()));
    }
  }

  /** Requests become so many times as heavy, at the same rate: longer inputs, for example. */
  record HeavierRequests(double factor) implements Fault {
    public HeavierRequests {
      if (!(factor > 0)) {
        throw new IllegalArgumentException(
            "requests are more than 0 times as heavy, not " + factor);
      }
    }

    @Override
    public void begin(Simulation simulation) {
      simulation.fleet().slowAll(factor);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.fleet().slowAll(1);
    }
  }

  /** The certificate that the load balancer presents is not renewed, and expires after a while. */
  record CertificateExpires(Duration left) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().listener().expireIn(left);
    }
  }

  /** The hosts that there are have run for so long already. */
  record HostsAge(Duration by) implements Fault {
    public HostsAge {
      if (!by.isPositive()) {
        throw new IllegalArgumentException("hosts age by more than 0 s, not by " + by);
      }
    }

    @Override
    public void begin(Simulation simulation) {
      simulation.account().cluster().instances().forEach(instance -> instance.age(by));
    }
  }

  /** Somebody publishes a version of the function that fails in every run. */
  record FunctionBreaks() implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.function().breakDown();
    }
  }

  /** The account has no concurrency left for the function. */
  record FunctionThrottled() implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.function().throttle(true);
    }

    @Override
    public void end(Simulation simulation) {
      simulation.function().throttle(false);
    }
  }

  /** The oldest tasks crash, with what they were doing. */
  record TasksDie(int count) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().service().tasks().stream()
          .filter(task -> task.state() == Task.State.SERVING)
          .sorted(Comparator.comparingLong(Task::index))
          .limit(count)
          .forEach(simulation.fleet()::crash);
    }
  }

  /** Agents of hosts that register find no GPU. */
  record GpusNotReported() implements Fault {
    @Override
    public void begin(Simulation simulation) {
      simulation.account().cluster().hideGpus();
    }

    @Override
    public void end(Simulation simulation) {
      simulation.account().cluster().showGpus();
    }
  }

  /** Somebody deploys a revision; a bad one if its quality says so. */
  record Deploys(Revision.Quality quality) implements Fault {
    @Override
    public void begin(Simulation simulation) {
      var service = simulation.account().service();
      int next =
          1
              + service.deployments().stream()
                  .mapToInt(deployment -> deployment.revision().number())
                  .max()
                  .orElse(0);
      service.deploy(new Revision(next, quality));
    }
  }

  /**
   * A second controller sets what it owns to its own idea once a minute: a scaling policy on the
   * group the hosts, Application Auto Scaling the service's tasks, and one who has attached both
   * the two in the same second. Beside one that has the service alone nobody grants hosts: its
   * tasks wait for as long as it is there.
   *
   * @param tasks what Application Auto Scaling asks for; empty when it is not there
   * @param hosts what the policy on the group asks for; empty when there is none
   */
  record SecondController(OptionalInt tasks, OptionalInt hosts) implements Fault {
    private static final Duration EVERY = Duration.ofMinutes(1);

    public SecondController {
      if (tasks.isEmpty() && hosts.isEmpty()) {
        throw new IllegalArgumentException(
            "a second controller has tasks, hosts or both, not neither");
      }
    }

    @Override
    public void begin(Simulation simulation) {
      Account account = simulation.account();
      hosts.ifPresent(count -> {
        account.attachScalingPolicy(policy(count));
        account.timeline().every(EVERY, () -> setHosts(account, count));
      });
      tasks.ifPresent(count -> {
        account.scaleService(alarm(count));
        account.timeline().every(EVERY, () -> setTasks(account, count));
      });
    }

    private static void setHosts(Account account, int count) {
      if (account.scalingPolicies().contains(policy(count))) {
        account.group().setDesired(Math.clamp(count, account.group().min(), account.group().max()));
      }
    }

    private static void setTasks(Account account, int count) {
      if (account.serviceScaling().contains(alarm(count))) {
        account.service().setDesired(count);
      }
    }

    @Override
    public void end(Simulation simulation) {
      hosts.ifPresent(count -> simulation.account().detachScalingPolicy(policy(count)));
      tasks.ifPresent(count -> simulation.account().leaveService(alarm(count)));
    }

    private static String policy(int count) {
      return "somebody-elses-policy-of-%d-hosts".formatted(count);
    }

    private static String alarm(int count) {
      return "TargetTracking-service/%s/%s-AlarmHigh-somebody-elses-of-%d-tasks"
          .formatted(Names.CLUSTER, Names.SERVICE, count);
    }

    @Override
    public String toString() {
      return "SecondController"
          + Stream.concat(
                  tasks.stream().mapToObj("tasks=%d"::formatted),
                  hosts.stream().mapToObj("hosts=%d"::formatted))
              .toList();
    }
  }
}
