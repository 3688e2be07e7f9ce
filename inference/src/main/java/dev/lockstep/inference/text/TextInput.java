package dev.lockstep.inference.text;

import java.util.Arrays;

/** What a client sends where a model takes a text. */
public sealed interface TextInput {

  record Text(String text) implements TextInput {}

  /** Two texts that the model sees as one input, such as a query and a document. */
  record Pair(String first, String second) implements TextInput {}

  /** A text that the client has tokenized itself, special tokens included. */
  // Compared by content, below.
  @SuppressWarnings("ArrayRecordComponent")
  record TokenIds(long[] ids) implements TextInput {
    @Override
    public boolean equals(Object other) {
      return other instanceof TokenIds(long[] otherIds) && Arrays.equals(ids, otherIds);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
      return ids.length + " token ids";
    }
  }
}
