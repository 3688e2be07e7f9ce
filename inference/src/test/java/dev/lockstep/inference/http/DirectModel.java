package dev.lockstep.inference.http;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lockstep.inference.model.EmbeddedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/** The model called directly, by another path than the service's own code: the reference. */
final class DirectModel {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();
  private static final OrtSession SESSION = session();
  private static final HuggingFaceTokenizer TOKENIZER = tokenizer();

  private DirectModel() {}

  static long[] tokens(String text) {
    return TOKENIZER.encode(text).getIds();
  }

  /** Mean over the tokens, divided by its L2 norm, in the plainest way. */
  static float[] embed(String text) {
    return normalizedMean(run(tokens(text)));
  }

  /** The model's own output for one row of tokens, one vector behind the other. */
  static float[] hidden(long... ids) {
    float[][] tokens = run(ids);
    float[] flat = new float[tokens.length * tokens[0].length];
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(tokens[i], 0, flat, i * tokens[i].length, tokens[i].length);
    }
    return flat;
  }

  private static float[][] run(long[] ids) {
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor input = tensor(ids);
        OnnxTensor mask = tensor(ones);
        OnnxTensor segments = tensor(new long[ids.length]);
        OrtSession.Result result =
            SESSION.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", segments))) {
      float[][][] hidden = (float[][][]) result.get(0).getValue();
      return hidden[0];
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static float[] normalizedMean(float[][] tokens) {
    float[] mean = new float[tokens[0].length];
    for (float[] token : tokens) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / tokens.length;
      }
    }
    double squares = 0;
    for (float value : mean) {
      squares += value * value;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= (float) Math.sqrt(squares);
    }
    return mean;
  }

  private static OnnxTensor tensor(long[] row) throws OrtException {
    return OnnxTensor.createTensor(ENVIRONMENT, new long[][] {row});
  }

  private static OrtSession session() {
    try {
      return ENVIRONMENT.createSession(EmbeddedModel.FP32.onnx());
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static HuggingFaceTokenizer tokenizer() {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(EmbeddedModel.FP32.tokenizer()),
          Map.of("truncation", "false", "padding", "false"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
