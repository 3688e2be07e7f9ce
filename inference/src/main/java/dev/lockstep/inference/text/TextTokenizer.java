package dev.lockstep.inference.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** A Hugging Face tokenizer that neither cuts nor pads: both would hide what a client sent. */
public final class TextTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Loads a tokenizer.
   *
   * @param definition the bytes of a {@code tokenizer.json}
   */
  public static TextTokenizer load(byte[] definition) {
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(definition),
              Map.of("truncation", "false", "padding", "false")));
    } catch (IOException failed) {
      throw new UncheckedIOException("the tokenizer cannot be loaded", failed);
    }
  }

  /** Token ids, special tokens included. */
  long[] tokenize(String text) {
    return tokenizer.encode(text).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
