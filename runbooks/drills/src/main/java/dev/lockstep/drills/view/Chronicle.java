package dev.lockstep.drills.view;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.scaler.report.Decision;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The newest of what happened and of what was decided. Safe for threads. */
public final class Chronicle {
  /** Who tells of what an operator, or a button, did. */
  public static final String OPERATOR = "operator";

  /** Who tells of what should not have happened. */
  public static final String PROBLEM = "PROBLEM";

  private static final int KEPT = 60;

  private final Instant start;
  private final Deque<Snapshot.Verdict> decisions = new ArrayDeque<>();
  private final Deque<Snapshot.Event> events = new ArrayDeque<>();
  private long decided;
  private long happened;
  private OptionalInt wanted = OptionalInt.empty();
  private Optional<Snapshot.Verdict> newest = Optional.empty();

  public Chronicle(Instant start) {
    this.start = start;
  }

  Instant start() {
    return start;
  }

  /** Something happened in the account. */
  public synchronized void happened(Change change, Instant now) {
    EventLines.of(change)
        .ifPresent(line -> {
          events.addFirst(new Snapshot.Event(++happened, since(now), line.kind(), line.text()));
          cut(events);
        });
  }

  /** The brain decided. A tick that found everything as it should be is remembered as its look. */
  public synchronized void decided(Decision decision) {
    Snapshot.Verdict verdict = Verdicts.of(decision, decided + 1, since(decision.at()));
    newest = Optional.of(verdict);
    if (decision instanceof Decision.Decided made) {
      wanted = OptionalInt.of(made.plan().sizing().wanted());
    }
    if (worthShowing(decision)) {
      decided++;
      decisions.addFirst(verdict);
      cut(decisions);
    }
  }

  private static boolean worthShowing(Decision decision) {
    return switch (decision) {
      case Decision.Decided made ->
          !made.results().isEmpty() || !(made.trigger() instanceof Trigger.Tick);
      case Decision.Blind _, Decision.Refused _ -> true;
    };
  }

  private static void cut(Deque<?> newestFirst) {
    if (newestFirst.size() > KEPT) {
      newestFirst.removeLast();
    }
  }

  double since(Instant now) {
    return seconds(Duration.between(start, now));
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  synchronized List<Snapshot.Verdict> decisions() {
    return List.copyOf(decisions);
  }

  synchronized List<Snapshot.Event> events() {
    return List.copyOf(events);
  }

  /** The newest decision, one to do nothing too. */
  synchronized Optional<Snapshot.Verdict> newest() {
    return newest;
  }

  /** How many tasks demand needs by the newest decision that saw the fleet. */
  synchronized OptionalInt wanted() {
    return wanted;
  }
}
