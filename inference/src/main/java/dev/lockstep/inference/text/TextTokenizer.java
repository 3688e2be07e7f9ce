package dev.lockstep.inference.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A Hugging Face tokenizer that neither cuts nor pads: both would hide what a client sent.
 *
 * <p>It is asked for ids and, of pairs, segments only, through the library's native interface: its
 * {@code Encoding} also fetches every token's text, word, and place in the text, each by a call of
 * its own, which nobody here reads.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final boolean SPECIAL_TOKENS = true;

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
    long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, SPECIAL_TOKENS);
    try {
      return new Tokens.Sequence(TokenizersLibrary.LIB.getTokenIds(encoding), Optional.empty());
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  Tokens.Sequence tokenize(String first, String second) {
    long encoding =
        TokenizersLibrary.LIB.encodeDual(tokenizer.getHandle(), first, second, SPECIAL_TOKENS);
    try {
      return new Tokens.Sequence(
          TokenizersLibrary.LIB.getTokenIds(encoding),
          Optional.of(TokenizersLibrary.LIB.getTypeIds(encoding)));
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
