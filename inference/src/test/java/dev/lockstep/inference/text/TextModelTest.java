package dev.lockstep.inference.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.util.Utils;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.Deadline;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.model.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts through the real tokenizer and the real model in int8. */
final class TextModelTest {
  private static final Batcher BATCHER =
      Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, BatchListener.NONE);
  private static final OnnxEngine ENGINE =
      OnnxEngine.load(
          new ModelSource.Bytes(EmbeddedModel.INT8.onnx()),
          EngineSettings.of(EngineSettings.Provider.CPU, 1));
  private static final TextModel MODEL = model(Limits.DEFAULT);

  @AfterAll
  static void close() {
    BATCHER.close();
    MODEL.close();
    ENGINE.close();
  }

  @Test
  void aTextHasTheSameVectorWhateverItIsBatchedWith() {
    List<String> texts =
        List.of("hi", "a somewhat longer sentence than the first", "two words", "one two three");

    List<float[]> together = vectors(texts);

    for (int i = 0; i < texts.size(); i++) {
      // In int8 activations are scaled by what else is in the batch, so near is all there is.
      assertThat(cosine(together.get(i), vectors(List.of(texts.get(i))).getFirst()))
          .isGreaterThan(0.98);
    }
  }

  @ParameterizedTest
  @EnumSource(EmbeddedModel.class)
  void theEmbeddedModelsTextsShareRows(EmbeddedModel embedded) {
    try (OnnxEngine engine =
            OnnxEngine.loadPacked(
                new ModelSource.Bytes(embedded.onnx()),
                EngineSettings.of(EngineSettings.Provider.CPU, 1));
        TextModel model = model(engine)) {
      assertThat(model.shareRows()).isTrue();
    }
  }

  @Test
  void textsOfAnEngineThatDoesNotTellThemApartHaveRowsOfTheirOwn() {
    assertThat(MODEL.shareRows()).isFalse();
  }

  @Test
  void aRunTakesNoLongerThanItMayUnlessTheLongestTextDoes() {
    TextModel model = model(ENGINE);
    CostModel cost = new CostModel(1e6, 1e5);

    assertThat(model.measured(cost, Duration.ofMillis(31))).isEqualTo(300);
    assertThat(model.measured(cost, Duration.ofMillis(5))).isEqualTo(256);
  }

  @Test
  void tokenIdsOfTheClientsOwnAreTheirText() {
    Tokens tokens = tokenize(new TextInput.Text("a guitar"), TextModel.TooLong.REFUSED);
    Tokens given =
        tokenize(
            new TextInput.TokenIds(tokens.inputs().getFirst().ids()), TextModel.TooLong.REFUSED);

    assertThat(run(given).getFirst()).containsExactly(run(tokens).getFirst(), within(1e-6f));
  }

  @Test
  void aTextThatIsTooLongIsRefusedUnlessItMayBeCut() {
    TextInput text = new TextInput.Text("word ".repeat(300));

    assertThatThrownBy(() -> tokenize(text, TextModel.TooLong.REFUSED))
        .hasMessage("input[0] has 302 tokens; at most 256 are allowed");
    long[] cut = tokenize(text, TextModel.TooLong.CUT).inputs().getFirst().ids();
    assertThat(cut).hasSize(256).startsWith(101).endsWith(102);
  }

  @Test
  void aPairHasItsSecondTextInTheSecondSegment() {
    Tokens.Sequence pair =
        tokenize(new TextInput.Pair("red", "blue sky"), TextModel.TooLong.REFUSED)
            .inputs()
            .getFirst();

    assertThat(pair.segments().orElseThrow()).containsExactly(0, 0, 0, 1, 1, 1);
  }

  @Test
  void charactersAreBoundedBeforeAnythingIsTokenized() {
    assertThatThrownBy(() -> tokenize(new TextInput.Text("x".repeat(8193)), TextModel.TooLong.CUT))
        .hasMessage("input[0] has 8193 characters; at most 8192 are allowed");
  }

  @Test
  void inputsAreBounded() {
    List<TextInput> many =
        IntStream.range(0, 257).mapToObj(_ -> (TextInput) new TextInput.Text("a")).toList();

    assertThatThrownBy(() -> MODEL.tokenize(many, TextModel.TooLong.CUT))
        .hasMessage("input has 257 texts; from 1 to 256 are allowed");
  }

  @Test
  void theTokenizerIsOffline() {
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(Utils.isOfflineMode()).isTrue();
  }

  @Test
  void int8VectorsAreNearThoseOfFp32() {
    List<String> texts = List.of("A man is playing the guitar.", "The stock market fell sharply.");
    List<float[]> small = vectors(texts);
    try (OnnxEngine full =
        OnnxEngine.load(
            new ModelSource.Bytes(EmbeddedModel.FP32.onnx()),
            EngineSettings.of(EngineSettings.Provider.CPU, 1))) {
      TextModel exact = model(full);
      for (int i = 0; i < texts.size(); i++) {
        Tokens tokens =
            exact.tokenize(List.of(new TextInput.Text(texts.get(i))), TextModel.TooLong.REFUSED);
        assertThat(cosine(small.get(i), exact.run(tokens, caller()).join().getFirst()))
            .isGreaterThan(0.95);
      }
      exact.close();
    }
  }

  private static List<float[]> vectors(List<String> texts) {
    List<TextInput> inputs =
        texts.stream().map(text -> (TextInput) new TextInput.Text(text)).toList();
    return run(MODEL.tokenize(inputs, TextModel.TooLong.REFUSED));
  }

  private static Tokens tokenize(TextInput input, TextModel.TooLong tooLong) {
    return MODEL.tokenize(List.of(input), tooLong);
  }

  private static List<float[]> run(Tokens tokens) {
    return MODEL.run(tokens, caller()).join();
  }

  private static Caller caller() {
    return new Caller(Deadline.after(Ticker.SYSTEM, Duration.ofMinutes(2)), new Cancellation());
  }

  private static double cosine(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static TextModel model(Limits limits) {
    return new TextModel(
        (Task.OfText) EmbeddedModel.INT8.card().task(),
        tokenizer(),
        ENGINE,
        limits,
        new BatchLimits(256, 32, 1),
        BATCHER,
        TokenizeListener.NONE);
  }

  private static TextModel model(OnnxEngine engine) {
    return new TextModel(
        (Task.OfText) EmbeddedModel.FP32.card().task(),
        tokenizer(),
        engine,
        Limits.DEFAULT,
        new BatchLimits(384, 32, 1),
        BATCHER,
        TokenizeListener.NONE);
  }

  private static TextTokenizer tokenizer() {
    try {
      return TextTokenizer.load(EmbeddedModel.INT8.tokenizer());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }
}
