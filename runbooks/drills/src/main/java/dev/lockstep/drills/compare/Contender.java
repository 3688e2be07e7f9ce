package dev.lockstep.drills.compare;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.control.Stage;
import dev.lockstep.drills.rules.Clairvoyant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A policy with its own headroom, from lean to generous.
 *
 * @param id as in results
 * @param about one line
 * @param settings six or more
 * @param usual the position of the setting that a user would start with
 */
public record Contender(String id, String about, List<Setting> settings, int usual) {
  public Contender {
    settings = List.copyOf(settings);
    if (usual < 0 || usual >= settings.size()) {
      throw new IllegalArgumentException(
          "%s: the usual setting is one of %d, not number %d"
              .formatted(id, settings.size(), usual));
    }
  }

  /** How it is judged by one setting alone. */
  public Setting usualSetting() {
    return settings.get(usual);
  }

  /**
   * One position of the knob.
   *
   * @param knob its name and value, for tables
   */
  public record Setting(String knob, Staging staging) {}

  /** How a policy is brought into the world. */
  public sealed interface Staging {

    /** It is in charge of an account. */
    record InAccount(UnaryOperator<AccountSettings> account, Consumer<Stage> policy)
        implements Staging {}

    /** A bound that no real system can be: the fleet of every second is known. */
    record Scheduled(Planner planner) implements Staging {}
  }

  /** Makes the schedule of a bound. */
  @FunctionalInterface
  public interface Planner {
    Clairvoyant.Schedule plan(Needs needs, int leadSeconds, int initial);
  }
}
