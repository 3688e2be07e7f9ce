package dev.lockstep.drills.page;

/** Who carries orders out. */
@FunctionalInterface
public interface OrderDesk {

  /** What became of an order, in a sentence for people. */
  sealed interface Answer {
    String sentence();

    /** It was carried out. */
    record Done(String sentence) implements Answer {}

    /** It was not, and nothing has changed. */
    record Declined(String sentence) implements Answer {}
  }

  /** Carries an order out and returns when that is done; called by many threads. */
  Answer place(Order order);
}
