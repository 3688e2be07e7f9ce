package dev.lockstep.inference.text;

import java.util.List;

/**
 * Vectors in the order of the texts they belong to.
 *
 * @param vectors of L2 norm 1
 * @param tokens how many tokens all texts had, special ones included
 */
public record Embeddings(List<float[]> vectors, int tokens) {
  public Embeddings {
    vectors = List.copyOf(vectors);
  }
}
