package dev.lockstep.inference.text;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many token ids a tokenizer has. An id beyond them would be looked up outside of the model's
 * table, and the run would fail as if the server had.
 *
 * @see <a href="https://huggingface.co/docs/tokenizers/api/models">Hugging Face Tokenizers, models:
 *     BPE, WordPiece and WordLevel map tokens to ids, Unigram lists them in their order</a>
 */
final class Vocabulary {
  private Vocabulary() {}

  /**
   * One more than the largest id.
   *
   * @param definition the bytes of a {@code tokenizer.json}
   * @throws IOException when they are not JSON, or have no vocabulary
   */
  static long size(byte[] definition) throws IOException {
    JsonNode root = JsonMapper.createDefault().readValue(definition, Argument.of(JsonNode.class));
    JsonNode vocabulary =
        member(root, "model")
            .flatMap(model -> member(model, "vocab"))
            .filter(found -> found.isObject() || found.isArray())
            .orElseThrow(() -> new IOException("not a tokenizer: it has no model.vocab"));
    long size = vocabulary.isArray() ? vocabulary.size() : afterLargest(vocabulary);
    for (JsonNode added :
        member(root, "added_tokens").orElse(JsonNode.createObjectNode(Map.of())).values()) {
      size = Math.max(size, member(added, "id").map(Vocabulary::after).orElse(0L));
    }
    return size;
  }

  private static long afterLargest(JsonNode ids) {
    long size = 0;
    for (JsonNode id : ids.values()) {
      size = Math.max(size, after(id));
    }
    return size;
  }

  private static long after(JsonNode id) {
    return id.isNumber() ? id.getLongValue() + 1 : 0;
  }

  private static Optional<JsonNode> member(@Nullable JsonNode node, String name) {
    return Optional.ofNullable(node).map(object -> object.get(name));
  }
}
