package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What a request was charged, as OpenAI counts.
 *
 * @param promptTokens of all its texts, special tokens included
 * @param totalTokens the same: nothing is generated
 */
@Serdeable.Serializable
record Usage(
    @JsonProperty("prompt_tokens") long promptTokens,
    @JsonProperty("total_tokens") long totalTokens) {

  static Usage of(long tokens) {
    return new Usage(tokens, tokens);
  }
}
