package dev.lockstep.inference.text;

import dev.lockstep.inference.model.Task;
import java.nio.FloatBuffer;

/**
 * From a vector a token to a vector a text:
 *
 * <pre>
 *   MEAN  v = (1 / n) sum_t h_t     CLS  v = h_1     LAST  v = h_n
 * </pre>
 *
 * over the n real tokens, and then, where the model wants it, scaled to L2 norm 1, so that a dot
 * product is the cosine.
 *
 * @see <a href="https://arxiv.org/abs/1908.10084">Reimers and Gurevych, Sentence-BERT</a>
 */
record Pooler(Task.Pooling pooling, boolean normalized) {

  /**
   * Pools one text of a batch.
   *
   * @param hidden row-major [rows, length, width], or [rows, width] without pooling
   * @param first which of all vectors is that of the text's first token, or the text's own
   * @param tokens of the text
   */
  float[] pool(FloatBuffer hidden, int first, int tokens, int width) {
    int start = first * width;
    float[] vector =
        switch (pooling) {
          case MEAN -> mean(hidden, start, tokens, width);
          case CLS, NONE -> slice(hidden, start, width);
          case LAST -> slice(hidden, start + (tokens - 1) * width, width);
        };
    return normalized ? normalize(vector) : vector;
  }

  private static float[] mean(FloatBuffer hidden, int start, int tokens, int width) {
    float[] sum = new float[width];
    float[] token = new float[width];
    for (int t = 0; t < tokens; t++) {
      hidden.get(start + t * width, token);
      for (int i = 0; i < width; i++) {
        sum[i] += token[i];
      }
    }
    for (int i = 0; i < width; i++) {
      sum[i] /= tokens;
    }
    return sum;
  }

  private static float[] slice(FloatBuffer hidden, int start, int width) {
    float[] vector = new float[width];
    hidden.get(start, vector);
    return vector;
  }

  /** A vector of zeros has no direction and stays as it is. */
  static float[] normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double norm = Math.max(Math.sqrt(squares), Double.MIN_NORMAL);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }
}
