package dev.lockstep.drills.claim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/** What happened in an incident so far, as far as a claim can be about it. Grows with its time. */
public final class Evidence {
  /**
   * How things stood after ten seconds, and what became of their requests.
   *
   * @param at their end
   * @param waiting the longest that a task that is asked for has not run
   * @param finished requests with an end, good or bad
   * @param outside those of them that were not answered within the budget
   */
  public record Look(
      Duration at,
      int hosts,
      int hostsAsked,
      int oldHosts,
      int tasks,
      int tasksAsked,
      Duration waiting,
      OptionalDouble p95,
      long finished,
      long outside,
      long failed,
      long refused) {}

  /** One line of the story. */
  record Told(Duration at, String line) {}

  /** An alarm's change of state. */
  record Turned(Duration at, String alarm, String state) {}

  /** What the brain decided, and the codes of its reasons. */
  record Decided(Duration at, Set<String> codes, String line) {}

  private final List<Look> looks = new ArrayList<>();
  private final List<Told> story = new ArrayList<>();
  private final List<Turned> alarms = new ArrayList<>();
  private final List<Decided> decisions = new ArrayList<>();
  private final List<Told> busyHostsEnded = new ArrayList<>();

  public void looked(Look look) {
    looks.add(look);
  }

  public void told(Duration at, String line) {
    story.add(new Told(at, line));
  }

  public void alarmTurned(Duration at, String alarm, String state) {
    alarms.add(new Turned(at, alarm, state));
  }

  public void decided(Duration at, Set<String> codes, String line) {
    decisions.add(new Decided(at, Set.copyOf(codes), line));
  }

  /** A host was ended with tasks on it that nobody had moved away. */
  public void busyHostEnded(Duration at, String host) {
    busyHostsEnded.add(new Told(at, host));
  }

  List<Look> looks(Window window) {
    return looks.stream().filter(look -> window.contains(look.at())).toList();
  }

  /** Each ten seconds so far. */
  public List<Look> looks() {
    return List.copyOf(looks);
  }

  Optional<Told> firstTold(Window window, Predicate<String> which) {
    return story.stream()
        .filter(told -> window.contains(told.at()) && which.test(told.line()))
        .findFirst();
  }

  Optional<Turned> firstTurned(Window window, String alarm, String state) {
    return alarms.stream()
        .filter(turned ->
            window.contains(turned.at())
                && turned.alarm().equals(alarm)
                && turned.state().equals(state))
        .findFirst();
  }

  /** What state an alarm was in; none when it never had one. */
  Optional<String> stateAt(Duration at, String alarm) {
    return alarms.stream()
        .filter(turned -> turned.alarm().equals(alarm) && turned.at().compareTo(at) <= 0)
        .reduce((_, later) -> later)
        .map(Turned::state);
  }

  Optional<Decided> firstDecided(Window window, Predicate<Decided> which) {
    return decisions.stream()
        .filter(decided -> window.contains(decided.at()) && which.test(decided))
        .findFirst();
  }

  Optional<Told> firstBusyHostEnded() {
    return busyHostsEnded.stream().findFirst();
  }
}
