package dev.lockstep.scaler.trigger;

/** Says what was seen, short and on one line, so that a hostile payload cannot flood the log. */
final class Excerpt {
  private static final int LONGEST = 120;

  private Excerpt() {}

  static String of(Object seen) {
    String text = String.valueOf(seen).replaceAll("\\p{Cntrl}+", " ").strip();
    String shortened = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    return "'" + shortened + "'";
  }
}
