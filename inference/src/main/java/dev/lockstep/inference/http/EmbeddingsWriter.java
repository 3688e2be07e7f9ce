package dev.lockstep.inference.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.lockstep.inference.http.EmbeddingsController.Embedding;
import dev.lockstep.inference.http.EmbeddingsController.Embeddings;
import dev.lockstep.inference.http.EmbeddingsController.Vector;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.body.MessageBodyWriter;
import io.micronaut.http.codec.CodecException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes vectors. By hand, because the framework's own writer asks for the text of each number by
 * itself, as a string of its own, and no answer has more numbers.
 */
@Singleton
@Produces(MediaType.APPLICATION_JSON)
final class EmbeddingsWriter implements MessageBodyWriter<Embeddings> {
  private final JsonFactory factory = new JsonFactory();

  @Override
  public void writeTo(
      Argument<Embeddings> type,
      MediaType mediaType,
      Embeddings answer,
      MutableHeaders headers,
      OutputStream out) {
    headers.set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
    try (JsonGenerator json = factory.createGenerator(out)) {
      write(json, answer);
    } catch (IOException failed) {
      throw new CodecException("the vectors cannot be written: " + failed.getMessage(), failed);
    }
  }

  private static void write(JsonGenerator json, Embeddings answer) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", answer.object());
    json.writeArrayFieldStart("data");
    for (Embedding embedding : answer.data()) {
      json.writeStartObject();
      json.writeStringField("object", embedding.object());
      json.writeNumberField("index", embedding.index());
      json.writeFieldName("embedding");
      write(json, embedding.embedding());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("model", answer.model());
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", answer.usage().promptTokens());
    json.writeNumberField("total_tokens", answer.usage().totalTokens());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Vector vector) throws IOException {
    switch (vector) {
      case Vector.Numbers(float[] numbers) -> {
        char[] text = new char[2 + numbers.length * (DecimalText.MOST_CHARACTERS + 1)];
        json.writeRawValue(text, 0, write(numbers, text));
      }
      case Vector.Base64(String bytes) -> json.writeString(bytes);
    }
  }

  /** Returns how many characters the array of numbers has. */
  private static int write(float[] numbers, char[] text) {
    int end = 0;
    text[end++] = '[';
    for (float number : numbers) {
      end = DecimalText.write(number, text, end);
      text[end++] = ',';
    }
    // A vector has one number at least, and the last comma gives way.
    text[end - 1] = ']';
    return end;
  }
}
