package dev.lockstep.drills.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What happened in one trial, minute by minute, for a picture of it. */
public final class Recording {

  /**
   * One minute.
   *
   * @param second of its end
   * @param demand requests sent a second
   * @param capacity requests a second that the serving tasks sustain
   * @param tasksPending on a host, until the image is there
   * @param tasksUnplaced asked for and without a host
   * @param p95Millis none when nothing was served
   * @param violations requests late, refused or failed
   */
  public record Sample(
      long second,
      double demand,
      double capacity,
      int tasksDesired,
      int tasksServing,
      int tasksWaiting,
      int tasksPending,
      int tasksUnplaced,
      int hostsDesired,
      int hostsPaid,
      int hostsReady,
      OptionalDouble p95Millis,
      long violations) {}

  /** What somebody decided, in one line with its reasons. */
  public record Decision(Duration since, String line) {}

  private final List<Sample> samples = new ArrayList<>();
  private final List<Decision> decisions = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  void add(Decision decision) {
    decisions.add(decision);
  }

  public List<Sample> samples() {
    return List.copyOf(samples);
  }

  public List<Decision> decisions() {
    return List.copyOf(decisions);
  }
}
