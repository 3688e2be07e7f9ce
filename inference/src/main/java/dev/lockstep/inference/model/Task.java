package dev.lockstep.inference.model;

import java.util.List;

/** What a model is for, and what the service must know to use it so. */
public sealed interface Task {

  /** As {@code lockstep.json} calls it. */
  default String label() {
    return switch (this) {
      case Embedding _ -> "embedding";
      case Classification _ -> "classification";
      case Reranking _ -> "reranking";
      case Tensors _ -> "tensors";
    };
  }

  /** A model that takes texts. */
  sealed interface OfText extends Task {
    TextSettings text();
  }

  /**
   * Texts to vectors.
   *
   * @param normalized vectors are scaled to L2 norm 1
   * @param shortenable the vector's first numbers are a vector too (Matryoshka), so that clients
   *     may ask for fewer {@code dimensions}
   */
  record Embedding(TextSettings text, Pooling pooling, boolean normalized, boolean shortenable)
      implements OfText {}

  /**
   * Texts to a score a label.
   *
   * @param multiLabel each label may hold or not; otherwise exactly one does
   */
  record Classification(TextSettings text, List<String> labels, boolean multiLabel)
      implements OfText {
    public Classification {
      labels = List.copyOf(labels);
    }
  }

  /** A query and a text to one score. */
  record Reranking(TextSettings text) implements OfText {}

  /** Tensors to tensors, whatever they mean. */
  record Tensors() implements Task {}

  /** From a vector a token to a vector a text. */
  enum Pooling {
    /** The mean over the tokens. */
    MEAN,
    /** The first token's. */
    CLS,
    /** The last token's, for decoder models. */
    LAST,
    /** The model gives one vector a text by itself. */
    NONE
  }

  /**
   * How texts become tokens.
   *
   * @param maxTokens the longest input, special tokens included
   * @param prefix put before each text, as the model was trained; empty for none
   * @param truncated longer texts are cut when the client does not say; otherwise they are refused
   */
  record TextSettings(int maxTokens, String prefix, boolean truncated) {
    public TextSettings {
      if (maxTokens < 1) {
        throw new IllegalArgumentException(
            "max_tokens is %d; 1 or more is needed".formatted(maxTokens));
      }
    }
  }
}
