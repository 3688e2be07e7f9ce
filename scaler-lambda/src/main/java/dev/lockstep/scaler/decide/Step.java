package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Directive;
import java.util.List;

/** One thing to do. Each is safe to repeat: it says where to end, not how much to add. */
public sealed interface Step {

  /** The step for people. */
  String summary();

  /** Raise the group's desired capacity. Always before tasks. */
  record RaiseHosts(int from, int to) implements Step {
    public RaiseHosts {
      requireRise("hosts", from, to);
    }

    @Override
    public String summary() {
      return "hosts %d -> %d".formatted(from, to);
    }
  }

  /**
   * Raise the service's desired count.
   *
   * @param withoutNewHosts where to end instead when the hosts could not be raised, so that no task
   *     waits for a host nobody ordered
   */
  record RaiseTasks(int from, int to, int withoutNewHosts) implements Step {
    public RaiseTasks {
      requireRise("tasks", from, to);
      if (withoutNewHosts > to) {
        throw new IllegalArgumentException(
            "%d tasks without new hosts are more than %d with them".formatted(withoutNewHosts, to));
      }
    }

    @Override
    public String summary() {
      return "tasks %d -> %d".formatted(from, to);
    }
  }

  /** Lower the service's desired count. Always before hosts. */
  record LowerTasks(int from, int to) implements Step {
    public LowerTasks {
      requireLowering(from, to);
    }

    @Override
    public String summary() {
      return "tasks %d -> %d".formatted(from, to);
    }
  }

  /**
   * Take out of the service's desired count what no host can hold, until one can. Unlike {@link
   * LowerTasks} it ends nothing: it is not done when more than {@code to} tasks are there.
   */
  record WithdrawTasks(int from, int to) implements Step {
    public WithdrawTasks {
      requireLowering(from, to);
    }

    @Override
    public String summary() {
      return "tasks %d -> %d until their hosts register".formatted(from, to);
    }
  }

  /**
   * Make ECS look again for tasks that it has backed off from, now that there is room: the desired
   * count goes down to what has a place and back up at once. Not done when more than {@code placed}
   * tasks are there.
   */
  record AskAgain(int placed, int count) implements Step {
    public AskAgain {
      requireRise("tasks", placed, count);
    }

    @Override
    public String summary() {
      return "ask again for %d of %d tasks".formatted(count - placed, count);
    }
  }

  /** End hosts by name, each only if it still holds no task, and order none instead. */
  record RetireHosts(List<String> instanceIds) implements Step {
    public RetireHosts {
      instanceIds = List.copyOf(instanceIds);
      if (instanceIds.isEmpty()) {
        throw new IllegalArgumentException("hosts are retired by name, and none was named");
      }
    }

    @Override
    public String summary() {
      return "retire %s".formatted(String.join(", ", instanceIds));
    }
  }

  /** Remember an operator's directive in a tag of the group. */
  record Remember(Directive directive) implements Step {
    @Override
    public String summary() {
      return switch (directive) {
        case Directive.Floor floor ->
            "keep at least %d tasks until %s".formatted(floor.tasks(), floor.until());
        case Directive.Hold hold -> "hold until %s".formatted(hold.until());
      };
    }
  }

  /** Forget every directive of this service. */
  record Forget() implements Step {
    @Override
    public String summary() {
      return "forget hold and floor";
    }
  }

  private static void requireRise(String what, int from, int to) {
    if (to <= from) {
      throw new IllegalArgumentException(
          "%s are raised from %d to %d, which is no rise".formatted(what, from, to));
    }
  }

  private static void requireLowering(int from, int to) {
    if (to >= from || to < 0) {
      throw new IllegalArgumentException(
          "tasks are lowered from %d to %d, which is no lowering".formatted(from, to));
    }
  }
}
