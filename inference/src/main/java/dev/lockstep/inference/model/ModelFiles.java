package dev.lockstep.inference.model;

import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files of one model folder. */
final class ModelFiles {
  static final String CONFIG = "lockstep.json";

  /** By element type, as the ONNX exports on Hugging Face are named. */
  private static final Map<String, List<String>> FILES =
      Map.of(
          "fp32", List.of("model.onnx"),
          "fp16", List.of("model_fp16.onnx"),
          "int8", List.of("model_int8.onnx", "model_quantized.onnx"));

  static final List<String> ONNX = FILES.values().stream().flatMap(List::stream).toList();

  private static final Set<String> KEYS =
      Set.of(
          "name",
          "version",
          "task",
          "pooling",
          "normalize",
          "prefix",
          "max_tokens",
          "truncate",
          "shortenable",
          "labels",
          "multi_label",
          "dtype",
          "batch");

  private final Path folder;

  ModelFiles(Path folder) {
    this.folder = folder;
  }

  /** What is wrong with the folder. */
  static final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Problem(String reason) {
      super(reason);
      this.reason = reason;
    }

    /** The message, never absent. */
    String reason() {
      return reason;
    }
  }

  ModelFolder read() throws IOException, Problem {
    ConfigNode config = ConfigNode.read(folder.resolve(CONFIG)).orElse(ConfigNode.empty(CONFIG));
    config.requireKnown(KEYS);
    Path onnx = onnx(config);
    Task task = task(config);
    ModelCard card =
        new ModelCard(
            name(),
            config.text("version").orElse("1"),
            Fingerprint.of(onnx),
            task,
            batching(config));
    return new ModelFolder(
        card,
        onnx,
        switch (task) {
          case Task.OfText _ -> Optional.of(tokenizer());
          case Task.Tensors _ -> Optional.empty();
        });
  }

  String name() {
    String own = String.valueOf(folder.toAbsolutePath().getFileName());
    try {
      return other(CONFIG).text("name").orElse(own);
    } catch (IOException | Problem _) {
      // Reading the folder says it in full.
      return own;
    }
  }

  private Path onnx(ConfigNode config) throws Problem {
    String dtype = config.choice("dtype", Set.of("fp32", "fp16", "int8")).orElse("fp32");
    List<String> names = FILES.getOrDefault(dtype, List.of());
    for (String name : names) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new Problem(
        "there is no %s for dtype %s".formatted(String.join(" and no ", names), dtype));
  }

  private Path tokenizer() throws Problem {
    Path tokenizer = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizer)) {
      throw new Problem("a model of texts needs a tokenizer.json, and there is none");
    }
    return tokenizer;
  }

  private Task task(ConfigNode config) throws IOException, Problem {
    boolean text = Files.isRegularFile(folder.resolve("tokenizer.json"));
    String task =
        config
            .choice("task", Set.of("embedding", "classification", "reranking", "tensors"))
            .orElse(text ? "embedding" : "tensors");
    return switch (task) {
      case "embedding" ->
          new Task.Embedding(
              text(config),
              pooling(config),
              config.flag("normalize").orElse(normalizes()),
              config.flag("shortenable").orElse(false));
      case "classification" ->
          new Task.Classification(text(config), labels(config), multiLabel(config));
      case "reranking" -> new Task.Reranking(text(config));
      default -> new Task.Tensors();
    };
  }

  private Task.TextSettings text(ConfigNode config) throws IOException, Problem {
    Optional<Integer> most = config.count("max_tokens");
    if (most.isEmpty()) {
      most = other("sentence_bert_config.json").count("max_seq_length");
    }
    if (most.isEmpty()) {
      most = other("config.json").count("max_position_embeddings");
    }
    return new Task.TextSettings(
        most.orElseThrow(() ->
            new Problem(
                "max_tokens is neither in lockstep.json nor in sentence_bert_config.json or"
                    + " config.json")),
        config.text("prefix").orElse(""),
        config.flag("truncate").orElse(false));
  }

  private Task.Pooling pooling(ConfigNode config) throws IOException, Problem {
    Optional<String> said = config.choice("pooling", Set.of("mean", "cls", "last", "none"));
    if (said.isPresent()) {
      return switch (said.get()) {
        case "mean" -> Task.Pooling.MEAN;
        case "cls" -> Task.Pooling.CLS;
        case "last" -> Task.Pooling.LAST;
        default -> Task.Pooling.NONE;
      };
    }
    ConfigNode pooling = other("1_Pooling/config.json");
    if (pooling.flag("pooling_mode_mean_tokens").orElse(false)) {
      return Task.Pooling.MEAN;
    }
    if (pooling.flag("pooling_mode_cls_token").orElse(false)) {
      return Task.Pooling.CLS;
    }
    if (pooling.flag("pooling_mode_lasttoken").orElse(false)) {
      return Task.Pooling.LAST;
    }
    throw new Problem(
        "pooling is neither in lockstep.json (mean, cls, last or none) nor in"
            + " 1_Pooling/config.json; vectors of the wrong one look like any others");
  }

  /** Sentence Transformers list a module for it. */
  private boolean normalizes() throws IOException {
    Path modules = folder.resolve("modules.json");
    return Files.isRegularFile(modules) && Files.readString(modules).contains(".Normalize");
  }

  private List<String> labels(ConfigNode config) throws IOException, Problem {
    List<String> said = config.texts("labels");
    if (!said.isEmpty()) {
      return said;
    }
    Map<String, String> byId = new LinkedHashMap<>();
    Optional<JsonNode> ids = other("config.json").node("id2label");
    if (ids.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : ids.get().entries()) {
        byId.put(entry.getKey(), entry.getValue().coerceStringValue());
      }
    }
    List<String> labels = new ArrayList<>();
    // Numbered from 0, in whatever order the file has them.
    for (int id = 0; byId.containsKey(String.valueOf(id)); id++) {
      labels.add(byId.getOrDefault(String.valueOf(id), ""));
    }
    if (labels.isEmpty()) {
      throw new Problem("labels are neither in lockstep.json nor, as id2label, in config.json");
    }
    return labels;
  }

  /** Transformers says it so; a single label stands or falls by itself. */
  private boolean multiLabel(ConfigNode config) throws IOException, Problem {
    Optional<Boolean> said = config.flag("multi_label");
    return said.isPresent()
        ? said.get()
        : other("config.json")
            .node("problem_type")
            .filter(type -> type.isString())
            .map(type -> type.getStringValue().equals("multi_label_classification"))
            .orElse(false);
  }

  private static ModelCard.Batching batching(ConfigNode config) throws Problem {
    Optional<ConfigNode> batch = config.object("batch");
    if (batch.isEmpty()) {
      return ModelCard.Batching.DEFAULT;
    }
    batch.get().requireKnown(Set.of("tokens", "rows"));
    return new ModelCard.Batching(batch.get().count("tokens"), batch.get().count("rows"));
  }

  private ConfigNode other(String name) throws IOException, Problem {
    return ConfigNode.read(folder.resolve(name)).orElse(ConfigNode.empty(name));
  }
}
