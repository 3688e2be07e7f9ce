package dev.lockstep.scaler.policy;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much is kept ready beyond what demand itself needs: some tasks, a share of the demand, or as
 * much as keeps late answers rare.
 */
public sealed interface Spare {

  /** The value as it is written in configuration. */
  String label();

  /** So many tasks, whatever the demand. */
  record Tasks(int count) implements Spare {
    public Tasks {
      if (count < 0) {
        throw new IllegalArgumentException("spare tasks are 0 or more, not " + count);
      }
    }

    @Override
    public String label() {
      return count + " tasks";
    }
  }

  /** As many tasks as so much more demand would need; 25 is a quarter more. */
  record Share(double percent) implements Spare {
    public Share {
      if (!(percent >= 0 && percent <= MOST_PERCENT)) {
        throw new IllegalArgumentException(
            "a spare share is from 0 to %.0f per cent, not %s".formatted(MOST_PERCENT, percent));
      }
    }

    @Override
    public String label() {
      return number(percent) + " %";
    }
  }

  /**
   * As many tasks as keep the requests that are answered late, while demand is steady, to this
   * share. Large fleets need less for each task than small ones, because they share bursts.
   */
  record Late(double percent) implements Spare {
    public Late {
      if (!(percent > 0 && percent < HALF)) {
        throw new IllegalArgumentException(
            "late answers are above 0 and below %.0f per cent, not %s".formatted(HALF, percent));
      }
    }

    @Override
    public String label() {
      return number(percent) + " % late";
    }
  }

  /** Nothing is kept beyond what demand needs. */
  Spare NONE = new Tasks(0);

  /** Ten times the demand: more is a mistake. */
  double MOST_PERCENT = 900;

  /** With half of all answers late there is nothing left to reserve for. */
  double HALF = 50;

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  static Spare from(Map<String, String> environment) {
    String value = Setting.SPARE.text(environment);
    Matcher matcher = Notation.PATTERN.matcher(value);
    if (!matcher.matches()) {
      throw Setting.SPARE.invalid(value, "such as '2 tasks', '25 %' or '0.1 % late'");
    }
    String number = matcher.group("number");
    try {
      return switch (matcher.group("unit")) {
        case "task", "tasks" -> new Tasks(Integer.parseInt(number));
        case "%" -> new Share(Double.parseDouble(number));
        default -> new Late(Double.parseDouble(number));
      };
    } catch (NumberFormatException _) {
      throw Setting.SPARE.invalid(value, "a whole number of tasks");
    } catch (IllegalArgumentException refused) {
      throw new InvalidPolicyException(Setting.SPARE.variable() + ": " + refused.getMessage());
    }
  }

  /** How it is written. */
  final class Notation {
    private static final Pattern PATTERN =
        Pattern.compile("(?<number>[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?) *(?<unit>tasks?|%( *late)?)");

    private Notation() {}
  }
}
