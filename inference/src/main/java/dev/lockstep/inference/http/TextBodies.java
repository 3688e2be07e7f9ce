package dev.lockstep.inference.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.util.List;

/**
 * What requests look like, for the OpenAPI document alone: they are read field by field, see {@link
 * Fields}. What is a list or something else stands in {@code src/main/openapi}. A test holds that
 * each field named here is one that is read.
 */
final class TextBodies {
  private static final String TRUNCATE =
      "cut what is longer than the model takes, which is refused otherwise; an extension";
  private static final String USER = "passed over";

  private TextBodies() {}

  /** What is embedded, and how the vectors are wanted. */
  record EmbeddingsRequest(
      String model,
      @Schema(ref = "#/components/schemas/Input") Object input,
      @Schema(
              requiredMode = RequiredMode.NOT_REQUIRED,
              minimum = "1",
              description = "fewer than the model gives, where it was trained for that")
          int dimensions,
      @JsonProperty("encoding_format")
          @Schema(
              requiredMode = RequiredMode.NOT_REQUIRED,
              description = "float, which is the default, or base64")
          String encodingFormat,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = TRUNCATE) boolean truncate,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = USER) String user) {}

  /** What is classified. */
  record ClassifyRequest(
      String model,
      @Schema(ref = "#/components/schemas/Input") Object input,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = TRUNCATE) boolean truncate,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = USER) String user) {}

  /** What is ranked. */
  record RerankRequest(
      String model,
      String query,
      @ArraySchema(schema = @Schema(oneOf = {String.class, RerankController.Document.class}))
          List<Object> documents,
      @JsonProperty("top_n")
          @Schema(
              requiredMode = RequiredMode.NOT_REQUIRED,
              minimum = "1",
              description = "how many results; all of them otherwise")
          int topN,
      @JsonProperty("return_documents")
          @Schema(
              requiredMode = RequiredMode.NOT_REQUIRED,
              description = "send each document back with its score; not otherwise")
          boolean returnDocuments,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = TRUNCATE) boolean truncate,
      @Schema(requiredMode = RequiredMode.NOT_REQUIRED, description = USER) String user) {}
}
