package dev.lockstep.drills.account;

import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.Timeline;
import java.time.Duration;
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
  private Faults faults = Faults.NONE;
  private long carried;

  /**
   * How often deliveries go wrong, each from 0 to 1.
   *
   * @param lost they never arrive
   * @param doubled they arrive twice
   * @param late they arrive up to {@code latest} later, behind what was sent after them
   */
  public record Faults(double lost, double doubled, double late, Duration latest) {
    public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);

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

  public void disturb(Faults next) {
    faults = next;
  }

  void send(byte[] payload, Consumer<byte[]> target) {
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
