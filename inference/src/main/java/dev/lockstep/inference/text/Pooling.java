package dev.lockstep.inference.text;

/**
 * From a vector a token to a vector a text: the mean over the tokens, then scaled to L2 norm 1, so
 * that a dot product is the cosine.
 *
 * <pre>
 *   m = (1 / n) sum_t h_t        v = m / |m|
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1908.10084">Reimers and Gurevych, Sentence-BERT</a>
 */
final class Pooling {
  private Pooling() {}

  /**
   * Pools one text of a batch.
   *
   * @param hidden row-major [batch, tokens, width]
   * @param row the text's place in the batch
   */
  static float[] meanNormalized(float[] hidden, int row, int tokens, int width) {
    double[] sum = new double[width];
    int start = row * tokens * width;
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        sum[i] += hidden[start + token * width + i];
      }
    }
    return normalized(sum);
  }

  /** The mean's own factor, 1 / n, cancels out in the norm. */
  private static float[] normalized(double[] sum) {
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    double norm = Math.max(Math.sqrt(squares), Double.MIN_NORMAL);
    float[] vector = new float[sum.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (sum[i] / norm);
    }
    return vector;
  }
}
