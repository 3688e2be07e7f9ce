package dev.lockstep.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a folder must hold, and what is said when it does not. */
final class ModelFolderTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("bge"));
    write("model.onnx", "weights");
  }

  @Test
  void aFolderWithoutATokenizerServesTensorsUnderItsOwnName() {
    ModelCard card = usable().card();

    assertThat(card.name()).isEqualTo("bge");
    assertThat(card.task()).isEqualTo(new Task.Tensors());
    assertThat(card.fingerprint()).startsWith("9a129038").hasSize(64);
  }

  @Test
  void whatTheConfigurationSaysIsTaken() {
    write("tokenizer.json", "{}");
    write(
        "lockstep.json",
        """
        {"name":"small","version":"7","task":"embedding","pooling":"cls","normalize":true,
         "prefix":"query: ","max_tokens":384,"truncate":true,"shortenable":true,
         "batch":{"tokens":4096,"rows":64}}\
        """);

    ModelCard card = usable().card();

    assertThat(card.name()).isEqualTo("small");
    assertThat(card.version()).isEqualTo("7");
    assertThat(card.task())
        .isEqualTo(
            new Task.Embedding(
                new Task.TextSettings(384, "query: ", true), Task.Pooling.CLS, true, true));
    assertThat(card.batching().tokens()).contains(4096);
    assertThat(card.batching().rows()).contains(64);
  }

  @Test
  void whatItDoesNotSayIsReadFromTheFilesOfSentenceTransformers() {
    write("tokenizer.json", "{}");
    write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\":true}");
    write("sentence_bert_config.json", "{\"max_seq_length\":128}");
    write("modules.json", "[{\"type\":\"sentence_transformers.models.Normalize\"}]");

    assertThat(usable().card().task())
        .isEqualTo(
            new Task.Embedding(
                new Task.TextSettings(128, "", false), Task.Pooling.MEAN, true, false));
  }

  @Test
  void labelsComeFromTheModelsOwnConfiguration() {
    write("tokenizer.json", "{}");
    write("lockstep.json", "{\"task\":\"classification\"}");
    write(
        "config.json",
        "{\"max_position_embeddings\":512,\"id2label\":{\"1\":\"POSITIVE\",\"0\":\"NEGATIVE\"}}");

    assertThat(usable().card().task())
        .isEqualTo(
            new Task.Classification(
                new Task.TextSettings(512, "", false), List.of("NEGATIVE", "POSITIVE"), false));
  }

  @Test
  void whetherSeveralLabelsMayHoldComesFromTheModelsOwnConfigurationUnlessSaid() {
    write("tokenizer.json", "{}");
    write("config.json", "{\"problem_type\":\"multi_label_classification\"}");
    String config = "{\"task\":\"classification\",\"labels\":[\"a\"],\"max_tokens\":8%s}";

    write("lockstep.json", config.formatted(""));
    assertThat(multiLabel()).isTrue();

    write("lockstep.json", config.formatted(",\"multi_label\":false"));
    assertThat(multiLabel()).isFalse();
  }

  @Test
  void anElementTypeChoosesItsFile() {
    write("model_quantized.onnx", "small weights");
    write("lockstep.json", "{\"dtype\":\"int8\"}");

    assertThat(usable().onnx()).hasFileName("model_quantized.onnx");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"task":"embedding","pooling":"mean"} | max_tokens is neither in lockstep.json nor in sentence_bert_config.json or config.json
          {"max_tokens":128}                    | pooling is neither in lockstep.json (mean, cls, last or none) nor in 1_Pooling/config.json; vectors of the wrong one look like any others
          {"max_tokens":0,"pooling":"mean"}     | lockstep.json: max_tokens must be a whole number of 1 or more
          {"max_tokens":"many"}                 | lockstep.json: max_tokens must be a whole number of 1 or more
          {"pooling":"max","max_tokens":8}      | lockstep.json has the pooling 'max'; known are [cls, last, mean, none]
          {"task":"chat"}                       | lockstep.json has the task 'chat'; known are [classification, embedding, reranking, tensors]
          {"poling":"mean"}                     | lockstep.json has the key 'poling'; known are [batch, dtype, labels, max_tokens, multi_label, name, normalize, pooling, prefix, shortenable, task, truncate, version]
          {"dtype":"fp16"}                      | there is no model_fp16.onnx for dtype fp16
          {"dtype":"int8"}                      | there is no model_int8.onnx and no model_quantized.onnx for dtype int8
          {"batch":{"token":1},"task":"tensors"} | lockstep.json.batch has the key 'token'; known are [rows, tokens]
          [1]                                   | lockstep.json must be a JSON object
          """)
  void aBadConfigurationIsRefusedByItsFileAndKey(String config, String reason) {
    write("tokenizer.json", "{}");
    write("lockstep.json", config);

    assertThat(ModelFolder.read(folder)).isEqualTo(new ModelFolder.Result.Refused(reason));
  }

  @Test
  void aModelOfTextsNeedsATokenizer() {
    write("lockstep.json", "{\"task\":\"embedding\",\"pooling\":\"mean\",\"max_tokens\":8}");

    assertThat(ModelFolder.read(folder))
        .isEqualTo(
            new ModelFolder.Result.Refused(
                "a model of texts needs a tokenizer.json, and there is none"));
  }

  @Test
  void aFolderOfFoldersHoldsTheModelsInIt() throws IOException {
    Files.createDirectory(temporary.resolve("another"));

    assertThat(ModelFolder.in(folder)).containsExactly(folder);
    assertThat(ModelFolder.in(temporary)).containsExactly(temporary.resolve("another"), folder);
  }

  private boolean multiLabel() {
    return ((Task.Classification) usable().card().task()).multiLabel();
  }

  private ModelFolder usable() {
    return switch (ModelFolder.read(folder)) {
      case ModelFolder.Result.Usable(ModelFolder usable) -> usable;
      case ModelFolder.Result.Refused(String reason) -> throw new AssertionError(reason);
    };
  }

  private void write(String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
