package dev.lockstep.inference.text;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.model.ModelCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Embeds texts: tokenize, run, pool.
 *
 * <p>Texts of one request are run together when they have the same number of tokens, so that no
 * batch holds padding: a padded token costs as much as a real one.
 */
public final class Embedder {
  /** Texts in one run of the model. */
  private static final int LARGEST_BATCH = 32;

  private final ModelCard model;
  private final TextTokenizer tokenizer;
  private final Engine engine;
  private final Limits limits;

  public Embedder(ModelCard model, TextTokenizer tokenizer, Engine engine, Limits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.engine = engine;
    this.limits = limits;
  }

  /**
   * One vector a text.
   *
   * @throws InvalidTextException when there are too few or too many texts, or one is empty or long
   */
  public Embeddings embed(List<String> texts) {
    if (texts.isEmpty() || texts.size() > limits.maxInputs()) {
      throw new InvalidTextException(
          "input",
          "has %d texts; from 1 to %d are allowed".formatted(texts.size(), limits.maxInputs()));
    }
    List<long[]> tokens =
        IntStream.range(0, texts.size()).mapToObj(i -> tokens(texts.get(i), i)).toList();
    float[][] vectors = new float[texts.size()][];
    for (List<Integer> rows : batches(tokens)) {
      embed(rows, tokens, vectors);
    }
    return new Embeddings(
        Arrays.asList(vectors), tokens.stream().mapToInt(ids -> ids.length).sum());
  }

  private long[] tokens(String text, int index) {
    String field = "input[" + index + "]";
    if (text.isBlank()) {
      throw new InvalidTextException(field, "is empty; a text is needed");
    }
    if (text.length() > limits.maxCharacters()) {
      throw new InvalidTextException(
          field,
          "has %d characters; at most %d are allowed"
              .formatted(text.length(), limits.maxCharacters()));
    }
    long[] ids = tokenizer.tokenize(text);
    if (ids.length > model.maxTokens()) {
      throw new InvalidTextException(
          field, "has %d tokens; at most %d are allowed".formatted(ids.length, model.maxTokens()));
    }
    return ids;
  }

  /** Rows that run together: of one length, and no more than the largest batch. */
  static List<List<Integer>> batches(List<long[]> tokens) {
    Map<Integer, List<Integer>> byLength =
        IntStream.range(0, tokens.size())
            .boxed()
            .collect(
                Collectors.groupingBy(
                    row -> tokens.get(row).length, TreeMap::new, Collectors.toList()));
    List<List<Integer>> batches = new ArrayList<>();
    for (List<Integer> rows : byLength.values()) {
      for (int start = 0; start < rows.size(); start += LARGEST_BATCH) {
        batches.add(rows.subList(start, Math.min(rows.size(), start + LARGEST_BATCH)));
      }
    }
    return batches;
  }

  private void embed(List<Integer> rows, List<long[]> tokens, float[][] vectors) {
    int length = tokens.get(rows.getFirst()).length;
    List<Long> shape = List.of((long) rows.size(), (long) length);
    Map<String, Tensor> inputs =
        engine.inputs().stream()
            .collect(
                Collectors.toMap(
                    TensorSpec::name,
                    spec -> new Tensor.Int64(shape, data(spec.name(), rows, tokens, length))));
    Tensor output = engine.run(inputs).values().iterator().next();
    switch (output) {
      case Tensor.Float32(List<Long> hiddenShape, float[] hidden) -> {
        int width = Math.toIntExact(hiddenShape.getLast());
        for (int i = 0; i < rows.size(); i++) {
          vectors[rows.get(i)] = Pooling.meanNormalized(hidden, i, length, width);
        }
      }
      case Tensor.Int64 _ ->
          throw new IllegalStateException("the model gives integers; a text model gives floats");
    }
  }

  /** BERT's three inputs: ids, a mask that is 1 for every real token, and segment 0. */
  private static long[] data(String input, List<Integer> rows, List<long[]> tokens, int length) {
    long[] data = new long[rows.size() * length];
    switch (input) {
      case "input_ids" -> {
        for (int i = 0; i < rows.size(); i++) {
          System.arraycopy(tokens.get(rows.get(i)), 0, data, i * length, length);
        }
      }
      case "attention_mask" -> Arrays.fill(data, 1);
      case "token_type_ids" -> Arrays.fill(data, 0);
      default ->
          throw new IllegalStateException(
              "the model takes '%s'; a text model takes input_ids, attention_mask, token_type_ids"
                  .formatted(input));
    }
    return data;
  }
}
