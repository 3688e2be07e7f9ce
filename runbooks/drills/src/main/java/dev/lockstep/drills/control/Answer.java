package dev.lockstep.drills.control;

/** What became of something that an operator asked for. */
public sealed interface Answer {

  /** In one sentence. */
  String summary();

  record Accepted(String summary) implements Answer {}

  record Refused(String summary) implements Answer {}
}
