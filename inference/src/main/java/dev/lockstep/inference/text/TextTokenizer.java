package dev.lockstep.inference.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A Hugging Face tokenizer that neither cuts nor pads: both would hide what a client sent. */
public final class TextTokenizer implements AutoCloseable {
  static {
    stayOffline();
  }

  private final HuggingFaceTokenizer tokenizer;
  private final long vocabulary;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, long vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /**
   * Left to itself the library asks the instance metadata service which EC2 instance this is and
   * reports the start to a bucket of its makers ({@code Ec2Utils.callHome}), and where it sees a
   * GPU it downloads a CUDA build of itself. Neither happens when it is told that it is offline.
   */
  private static void stayOffline() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (!Utils.isOfflineMode()) {
      throw new IllegalStateException(
          "DJL_OFFLINE is set to something else than 'true'; unset it: a server of other people's"
              + " texts reports its starts to nobody");
    }
  }

  /**
   * Loads a tokenizer.
   *
   * @param definition the bytes of a {@code tokenizer.json}
   * @throws IOException when they are not
   */
  public static TextTokenizer load(byte[] definition) throws IOException {
    long vocabulary = Vocabulary.size(definition);
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(definition),
              Map.of("truncation", "false", "padding", "false")),
          vocabulary);
    } catch (RuntimeException refused) {
      throw new IOException("not a tokenizer: " + refused.getMessage(), refused);
    }
  }

  /** Token ids are from 0 to one less. */
  long vocabulary() {
    return vocabulary;
  }

  /** Special tokens included. */
  Tokens.Sequence tokenize(String text) {
    return new Tokens.Sequence(tokenizer.encode(text).getIds(), Optional.empty());
  }

  Tokens.Sequence tokenize(String first, String second) {
    Encoding encoding = tokenizer.encode(first, second);
    return new Tokens.Sequence(encoding.getIds(), Optional.of(encoding.getTypeIds()));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
