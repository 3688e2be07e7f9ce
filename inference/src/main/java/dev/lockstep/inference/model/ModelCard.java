package dev.lockstep.inference.model;

/**
 * What clients and the text pipeline need to know of the served model.
 *
 * @param name what clients ask for
 * @param version what the Open Inference Protocol calls it
 * @param maxTokens the longest input, special tokens included
 */
public record ModelCard(String name, String version, int maxTokens) {

  /**
   * The embedded default. Its authors trained it on 128 word pieces and cut at 256, beyond which
   * its vectors mean little, so longer inputs are refused.
   *
   * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">Model card</a>
   */
  public static final ModelCard ALL_MINILM_L6_V2 = new ModelCard("all-MiniLM-L6-v2", "1", 256);
}
