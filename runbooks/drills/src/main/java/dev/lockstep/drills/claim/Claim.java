package dev.lockstep.drills.claim;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Something that a page promises of its incident; {@link ClaimNotation} has its written forms. */
public sealed interface Claim {

  /** As its scenario writes it. */
  String text();

  /** When it can be judged; none for the end of the incident. */
  Optional<Duration> due();

  /** Whether it held, by what has happened when it is due. */
  Verdict judge(Evidence evidence);

  /** A claim about a part of the incident, which can be judged when that is over. */
  sealed interface Windowed extends Claim {
    Window window();

    @Override
    default Optional<Duration> due() {
      return window().end();
    }
  }

  /** An alarm tells people, or the brain, in time. */
  record AlarmRaised(String text, String alarm, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstTurned(window, alarm, "ALARM")
          .map(turned -> verdict(this, true, "at " + Window.clock(turned.at())))
          .orElseGet(() -> verdict(this, false, "it did not"));
    }
  }

  /** An alarm is over, or was never raised. */
  record AlarmOver(String text, String alarm, Duration at) implements Claim {
    @Override
    public Optional<Duration> due() {
      return Optional.of(at);
    }

    @Override
    public Verdict judge(Evidence evidence) {
      String state = evidence.stateAt(at, alarm).orElse("never evaluated");
      return verdict(this, state.equals("OK"), "it was " + state);
    }
  }

  /** An alarm that would be a false one stays silent. */
  record AlarmSilent(String text, String alarm, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstTurned(window, alarm, "ALARM")
          .map(turned -> verdict(this, false, "at " + Window.clock(turned.at())))
          .orElseGet(() -> verdict(this, true, "it did not"));
    }
  }

  /** The brain says why, by the code of a reason. */
  record DecidedBecause(String text, String code, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstDecided(window, decided -> decided.codes().contains(code))
          .map(decided -> verdict(this, true, "at " + Window.clock(decided.at())))
          .orElseGet(() -> verdict(this, false, "no decision had it"));
    }
  }

  /** The brain says why, in these words. */
  record DecidedSaying(String text, String words, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstDecided(window, decided -> decided.line().contains(words))
          .map(decided -> verdict(this, true, "at " + Window.clock(decided.at())))
          .orElseGet(() -> verdict(this, false, "no decision said it"));
    }
  }

  /** Something happens in the account. */
  record Happens(String text, String words, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstTold(window, line -> line.contains(words))
          .map(told -> verdict(this, true, "at " + Window.clock(told.at())))
          .orElseGet(() -> verdict(this, false, "it did not"));
    }
  }

  /** Something does not happen in the account. */
  record NeverHappens(String text, String words, Window window) implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstTold(window, line -> line.contains(words))
          .map(told -> verdict(this, false, "at " + Window.clock(told.at())))
          .orElseGet(() -> verdict(this, true, "it did not"));
    }
  }

  /** A number stays on its side of a bound. */
  record Bounded(String text, Series series, Comparison comparison, double bound, Window window)
      implements Windowed {
    @Override
    public Verdict judge(Evidence evidence) {
      List<Evidence.Look> looks = evidence.looks(window);
      List<Double> values = looks.isEmpty() ? List.of() : series.values(looks);
      if (values.isEmpty()) {
        return verdict(this, false, "there was nothing to look at");
      }
      double lowest = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      double highest = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
      boolean held = values.stream().allMatch(value -> comparison.holds(value, bound));
      return verdict(
          this,
          held,
          lowest == highest
              ? "it was %s".formatted(number(lowest))
              : "it was %s to %s".formatted(number(lowest), number(highest)));
    }

    private String number(double value) {
      String digits =
          value == Math.rint(value)
              ? String.format(Locale.ROOT, "%.0f", value)
              : String.format(Locale.ROOT, "%.2f", value);
      return (digits + " " + series.unit()).strip();
    }
  }

  /**
   * From a moment on users notice nothing: no minute has its 95th percentile over the budget, which
   * is more than five requests in a hundred outside, and at the end every task that is asked for
   * serves.
   */
  record Recovers(String text, Duration by) implements Claim {
    private static final double MOST_PERCENT = 5;
    private static final int LOOKS_A_MINUTE = 6;

    @Override
    public Optional<Duration> due() {
      return Optional.empty();
    }

    @Override
    public Verdict judge(Evidence evidence) {
      List<Evidence.Look> looks = evidence.looks(new Window(by, Optional.empty()));
      if (looks.size() < LOOKS_A_MINUTE) {
        return verdict(this, false, "there was less than a minute left to look at");
      }
      for (int first = 0; first + LOOKS_A_MINUTE <= looks.size(); first++) {
        List<Evidence.Look> minute = looks.subList(first, first + LOOKS_A_MINUTE);
        double percent = Series.violationPercent(minute);
        if (percent > MOST_PERCENT) {
          return verdict(
              this,
              false,
              String.format(
                  Locale.ROOT,
                  "%.1f %% were outside the budget in the minute from %s on",
                  percent,
                  Window.clock(minute.getFirst().at())));
        }
      }
      Evidence.Look last = looks.getLast();
      return verdict(
          this,
          last.tasks() >= last.tasksAsked(),
          "%d of %d tasks serve at the end".formatted(last.tasks(), last.tasksAsked()));
    }
  }

  /** Nobody ends a host on which a task still runs, but one that people end by name. */
  record SparesBusyHosts(String text) implements Claim {
    @Override
    public Optional<Duration> due() {
      return Optional.empty();
    }

    @Override
    public Verdict judge(Evidence evidence) {
      return evidence
          .firstBusyHostEnded()
          .map(told ->
              verdict(this, false, "%s at %s".formatted(told.line(), Window.clock(told.at()))))
          .orElseGet(() -> verdict(this, true, "none was"));
    }
  }

  private static Verdict verdict(Claim claim, boolean held, String seen) {
    return new Verdict(claim.text(), held, seen);
  }
}
