package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Carries payloads to a function: at least once and in any order is all that AWS promises, and an
 * asynchronous invocation can get lost with its queue.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html">Asynchronous
 *     invocation</a>
 */
public final class Delivery {
  /** An alarm's or an event's target is invoked a moment later. */
  private static final Duration USUAL = Duration.ofSeconds(1);

  private final Timeline timeline;
  private final Chance chance;
  private final List<Faults> active = new ArrayList<>();
  private long carried;

  /**
   * How often deliveries go wrong, each from 0 to 1.
   *
   * @param lost they never arrive
   * @param doubled they arrive twice
   * @param late they arrive up to {@code latest} later, behind what was sent after them
   */
  public record Faults(double lost, double doubled, double late, Duration latest) {
    private static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);

    /** The worse of the two in each respect. */
    Faults with(Faults other) {
      return new Faults(
          Math.max(lost, other.lost),
          Math.max(doubled, other.doubled),
          Math.max(late, other.late),
          latest.compareTo(other.latest) > 0 ? latest : other.latest);
    }

    public Faults {
      requireShare("lost", lost);
      requireShare("doubled", doubled);
      requireShare("late", late);
    }

    private static void requireShare(String name, double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "the share of deliveries that are %s is 0 to 1, not %s".formatted(name, share));
      }
    }
  }

  Delivery(Timeline timeline, Chance chance) {
    this.timeline = timeline;
    this.chance = chance;
  }

  /** From now on deliveries go wrong, besides those that do already. */
  public void disturb(Faults faults) {
    active.add(faults);
  }

  /** Ends what one {@link #disturb} of the same faults began. */
  public void calm(Faults faults) {
    active.remove(faults);
  }

  void send(byte[] payload, Consumer<byte[]> target) {
    Faults faults = active.stream().reduce(Faults.NONE, Faults::with);
    RandomGenerator random = chance.of("delivery", carried++);
    boolean lost = random.nextDouble() < faults.lost();
    boolean doubled = random.nextDouble() < faults.doubled();
    boolean late = random.nextDouble() < faults.late();
    Duration extra =
        late ? Duration.ofMillis(random.nextLong(1 + faults.latest().toMillis())) : Duration.ZERO;
    if (!lost) {
      timeline.after(USUAL.plus(extra), () -> target.accept(payload));
      if (doubled) {
        timeline.after(USUAL.plus(extra).plus(USUAL), () -> target.accept(payload));
      }
    }
  }
}
