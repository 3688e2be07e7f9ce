package dev.lockstep.inference.tiny;

import dev.lockstep.inference.engine.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Model folders of real ONNX files and a real tokenizer, in which each token has a meaning that a
 * test can see: vectors are looked up in a table, classes and scores are counted from words.
 */
public final class TinyModels {
  /** The words that the models know, besides the four special tokens before them. */
  public static final List<String> WORDS =
      List.of("good", "great", "bad", "awful", "cat", "dog", "fish", "red", "blue", "the", "a");

  public static final int MAX_TOKENS = 32;

  /** Numbers in a vector. */
  public static final int WIDTH = 8;

  private static final List<String> TOKENS = tokens();
  private static final int CLS = 2;
  private static final int SEP = 3;

  private TinyModels() {}

  /** Writes a model of each task into a folder, to try the server with. */
  public static void main(String[] arguments) {
    ofEachKind(Path.of(arguments[0]));
  }

  /** A folder of model folders: each task, each with one whose runs fail, and one that is bad. */
  public static void ofEachKind(Path models) {
    matryoshka(models.resolve("matryoshka"));
    fixed(models.resolve("fixed"));
    failing(models.resolve("failing"));
    sentiment(models.resolve("sentiment"));
    topics(models.resolve("topics"));
    mislabelled(models.resolve("mislabelled"));
    failingClasses(models.resolve("failing-classes"));
    reranker(models.resolve("reranker"));
    failingReranker(models.resolve("failing-reranker"));
    tensors(models.resolve("tensors"));
  }

  /** For each type of element a model that gives back what it gets, named as the type is. */
  public static void ofEachType(Path models) {
    for (ElementType type : ElementType.values()) {
      OnnxGraph.identity(type, "batch", 2)
          .writeTo(models.resolve(type.name()), "{\"version\":\"3\"}");
    }
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    tokens.addAll(WORDS);
    return List.copyOf(tokens);
  }

  /** How many token ids there are. */
  public static int vocabulary() {
    return TOKENS.size();
  }

  /** As the tokenizer gives them, special tokens included. */
  public static List<Integer> ids(String... words) {
    List<Integer> ids = new ArrayList<>(List.of(CLS));
    for (String word : words) {
      ids.add(TOKENS.indexOf(word));
    }
    ids.add(SEP);
    return ids;
  }

  /** The mean of the tokens' vectors, of norm 1, by hand. */
  public static float[] vector(int dimensions, List<Integer> ids) {
    double[] sum = new double[dimensions];
    for (int id : ids) {
      for (int i = 0; i < dimensions; i++) {
        sum[i] += table(id)[i];
      }
    }
    double norm = Math.sqrt(IntStream.range(0, dimensions).mapToDouble(i -> sum[i] * sum[i]).sum());
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (float) (sum[i] / norm);
    }
    return vector;
  }

  private static float[] table(int id) {
    float[] row = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      row[i] = (float) Math.sin(1 + id * 3.7 + i * 1.3);
    }
    return row;
  }

  /** Vectors from a table, which may be shortened. */
  public static void matryoshka(Path folder) {
    write(
        folder,
        embedder(TOKENS.size()),
        """
        {"task":"embedding","pooling":"mean","normalize":true,"shortenable":true,"max_tokens":32}\
        """);
  }

  /** The same, which may not be shortened. */
  public static void fixed(Path folder) {
    write(
        folder,
        embedder(TOKENS.size()),
        """
        {"task":"embedding","pooling":"mean","normalize":true,"max_tokens":32}\
        """);
  }

  /** One whose table is smaller than its tokenizer's vocabulary: on {@code a} its runs fail. */
  public static void failing(Path folder) {
    write(
        folder,
        embedder(TOKENS.size() - 1),
        """
        {"task":"embedding","pooling":"mean","normalize":true,"max_tokens":32}\
        """);
  }

  /** One whose votes are fewer than its tokenizer's tokens: on {@code a} its runs fail. */
  private static void failingClasses(Path folder) {
    write(
        folder,
        classifier(TOKENS.size() - 1),
        """
        {"task":"classification","labels":["good","bad","neutral"],"max_tokens":32}\
        """);
  }

  /** One that knows fewer words than its tokenizer: on {@code a} its runs fail. */
  private static void failingReranker(Path folder) {
    write(folder, overlap(TOKENS.size() - 1), "{\"task\":\"reranking\",\"max_tokens\":32}");
  }

  /** As many classes as labels: good, bad and neutral, by the words in the text. */
  public static void sentiment(Path folder) {
    write(
        folder,
        classifier(TOKENS.size()),
        """
        {"task":"classification","labels":["good","bad","neutral"],"max_tokens":32}\
        """);
  }

  /** The same model, where each label holds or not by itself. */
  private static void topics(Path folder) {
    write(
        folder,
        classifier(TOKENS.size()),
        """
        {"task":"classification","labels":["good","bad","neutral"],"multi_label":true,\
        "max_tokens":32}\
        """);
  }

  /** One with a label too few. */
  private static void mislabelled(Path folder) {
    write(
        folder,
        classifier(TOKENS.size()),
        """
        {"task":"classification","labels":["good","bad"],"max_tokens":32}\
        """);
  }

  /** A document scores by the words that it shares with the query. */
  public static void reranker(Path folder) {
    write(folder, overlap(TOKENS.size()), "{\"task\":\"reranking\",\"max_tokens\":32}");
  }

  /** Tensors to tensors: the table again. */
  public static void tensors(Path folder) {
    write(folder, embedder(TOKENS.size()), "{\"task\":\"tensors\"}");
  }

  /** Vectors that take some hundredths of a millisecond a token, for overload. */
  public static void slow(Path folder) {
    OnnxGraph model =
        ids()
            .input("attention_mask", OnnxGraph.INT64, "batch", "sequence")
            .constant("table", rows(TOKENS.size()))
            .constant("wide", WIDTH, 8192)
            .constant("narrow", 8192, WIDTH)
            .filled("up", 1e-3f, "wide")
            .filled("down", 1e-3f, "narrow")
            .node("looked_up", "Gather", "table", "input_ids")
            .node("widened", "MatMul", "looked_up", "up")
            .node("hidden", "MatMul", "widened", "down")
            .output("hidden", OnnxGraph.FLOAT, "batch", "sequence", WIDTH);
    write(
        folder,
        model,
        """
        {"task":"embedding","pooling":"mean","normalize":false,"max_tokens":32}\
        """);
  }

  private static OnnxGraph embedder(int tokens) {
    return ids()
        .constant("table", rows(tokens))
        .node("hidden", "Gather", "table", "input_ids")
        .output("hidden", OnnxGraph.FLOAT, "batch", "sequence", WIDTH);
  }

  /** logits = sum over the real tokens of what each says for each class. */
  private static OnnxGraph classifier(int tokens) {
    float[][] votes = new float[tokens][3];
    votes[TOKENS.indexOf("good")][0] = 1;
    votes[TOKENS.indexOf("great")][0] = 2;
    votes[TOKENS.indexOf("bad")][1] = 1;
    votes[TOKENS.indexOf("awful")][1] = 2;
    votes[CLS][2] = 0.5f;
    return masked()
        .constant("votes", votes)
        .node("each", "Gather", "votes", "input_ids")
        .node("real", "Mul", "each", "mask")
        .node("logits", "ReduceSum", Map.of("keepdims", 0L), "real", "tokens_axis")
        .output("logits", OnnxGraph.FLOAT, "batch", 3);
  }

  /** logit = 2 x the number of words in both texts - 1. */
  private static OnnxGraph overlap(int tokens) {
    float[][] identity = new float[tokens][tokens];
    float[] weights = new float[tokens];
    for (int id = 0; id < identity.length; id++) {
      identity[id][id] = 1;
      weights[id] = id > SEP ? 2 : 0;
    }
    return masked()
        .input("token_type_ids", OnnxGraph.INT64, "batch", "sequence")
        .constant("identity", identity)
        .constant("weights", weights)
        .constant("one", new float[] {1})
        .node("each", "Gather", "identity", "input_ids")
        .node("segment", "Cast", Map.of("to", (long) OnnxGraph.FLOAT), "token_type_ids")
        .node("second_mask", "Unsqueeze", "segment", "last_axis")
        .node("first_mask", "Sub", "mask", "second_mask")
        .node("second_tokens", "Mul", "each", "second_mask")
        .node("first_tokens", "Mul", "each", "first_mask")
        .node("second", "ReduceMax", Map.of("keepdims", 0L), "second_tokens", "tokens_axis")
        .node("first", "ReduceMax", Map.of("keepdims", 0L), "first_tokens", "tokens_axis")
        .node("both", "Mul", "first", "second")
        .node("weighed", "Mul", "both", "weights")
        .node("score", "ReduceSum", Map.of("keepdims", 1L), "weighed", "tokens_axis")
        .node("logits", "Sub", "score", "one")
        .output("logits", OnnxGraph.FLOAT, "batch", 1);
  }

  private static OnnxGraph ids() {
    return new OnnxGraph().input("input_ids", OnnxGraph.INT64, "batch", "sequence");
  }

  private static OnnxGraph masked() {
    return ids()
        .input("attention_mask", OnnxGraph.INT64, "batch", "sequence")
        .constant("tokens_axis", 1)
        .constant("last_axis", 2)
        .node("mask_numbers", "Cast", Map.of("to", (long) OnnxGraph.FLOAT), "attention_mask")
        .node("mask", "Unsqueeze", "mask_numbers", "last_axis");
  }

  private static float[][] rows(int tokens) {
    return IntStream.range(0, tokens).mapToObj(TinyModels::table).toArray(float[][]::new);
  }

  private static void write(Path folder, OnnxGraph model, String config) {
    model.writeTo(folder, config);
    try {
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Words in lower case, between [CLS] and [SEP]. */
  private static String tokenizer() {
    String vocabulary =
        IntStream.range(0, TOKENS.size())
            .mapToObj(id -> "\"%s\":%d".formatted(TOKENS.get(id), id))
            .collect(Collectors.joining(","));
    String special =
        IntStream.range(0, SEP + 1)
            .mapToObj(id ->
                """
                {"id":%d,"content":"%s","single_word":false,"lstrip":false,"rstrip":false,\
                "normalized":false,"special":true}\
                """
                    .formatted(id, TOKENS.get(id)))
            .collect(Collectors.joining(","));
    return """
    {"version":"1.0","truncation":null,"padding":null,"added_tokens":[%s],
     "normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"Whitespace"},
     "post_processor":{"type":"TemplateProcessing",
       "single":[%s,%s,%s],
       "pair":[%s,%s,%s,%s,%s],
       "special_tokens":{
         "[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
         "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
     "decoder":null,
     "model":{"type":"WordLevel","vocab":{%s},"unk_token":"[UNK]"}}
    """
        .formatted(
            special,
            token("[CLS]", 0),
            text("A", 0),
            token("[SEP]", 0),
            token("[CLS]", 0),
            text("A", 0),
            token("[SEP]", 0),
            text("B", 1),
            token("[SEP]", 1),
            vocabulary);
  }

  private static String token(String token, int segment) {
    return "{\"SpecialToken\":{\"id\":\"%s\",\"type_id\":%d}}".formatted(token, segment);
  }

  private static String text(String which, int segment) {
    return "{\"Sequence\":{\"id\":\"%s\",\"type_id\":%d}}".formatted(which, segment);
  }
}
