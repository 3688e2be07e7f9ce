package dev.lockstep.scaler.act;

/** What came of one step. */
public sealed interface Outcome {

  /** For people. */
  String summary();

  /** AWS accepted the change. */
  record Done(String summary) implements Outcome {}

  /** Somebody had done it already, or more. */
  record AlreadyThere(String summary) implements Outcome {}

  /** Not tried: a dry run, or an earlier step that it needs failed. */
  record NotRun(String summary) implements Outcome {}

  /** AWS refused or did not answer; the next run tries again. */
  record Failed(String summary) implements Outcome {}
}
