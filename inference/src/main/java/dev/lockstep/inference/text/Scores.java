package dev.lockstep.inference.text;

/**
 * From a model's logits to numbers between 0 and 1.
 *
 * <pre>
 *   sigmoid(x) = 1 / (1 + e^-x)      softmax(x)_i = e^(x_i - max x) / sum_j e^(x_j - max x)
 * </pre>
 */
public final class Scores {
  private Scores() {}

  /** How likely a statement is, whatever the others are. */
  public static float sigmoid(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  /** How likely each is, where exactly one is true. */
  public static float[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    float[] shares = new float[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
    return shares;
  }
}
