package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What requests look like, for the OpenAPI document alone: they are read field by field, see {@link
 * Fields}. A test holds that each field named here is one that is read.
 */
final class TextBodies {
  private static final String TRUNCATE =
      "cut what is longer than the model takes, which is refused otherwise; an extension";
  private static final String USER = "passed over";

  private TextBodies() {}

  /** A text, several, or token ids of one or of several, as the model's own tokenizer has them. */
  @Schema(oneOf = {String.class, String[].class, Integer[].class, Integer[][].class})
  interface Input {}

  @Schema(requiredProperties = {"model", "input"})
  record EmbeddingsRequest(
      String model,
      Input input,
      @Schema(description = "fewer than the model gives, where it was trained for that")
          int dimensions,
      @JsonProperty("encoding_format")
          @Schema(description = "float, which is the default, or base64")
          String encodingFormat,
      @Schema(description = TRUNCATE) boolean truncate,
      @Schema(description = USER) String user) {}

  @Schema(requiredProperties = {"model", "input"})
  record ClassifyRequest(
      String model,
      Input input,
      @Schema(description = TRUNCATE) boolean truncate,
      @Schema(description = USER) String user) {}

  @Schema(requiredProperties = {"model", "query", "documents"})
  record RerankRequest(
      String model,
      String query,
      List<DocumentBody> documents,
      @JsonProperty("top_n") @Schema(minimum = "1", description = "how many results; all")
          int topN,
      @JsonProperty("return_documents") @Schema(defaultValue = "false") boolean returnDocuments,
      @Schema(description = TRUNCATE) boolean truncate,
      @Schema(description = USER) String user) {}

  /** A text, or an object that has one. */
  @Schema(
      name = "RerankDocument",
      oneOf = {String.class, RerankController.Document.class})
  interface DocumentBody {}
}
