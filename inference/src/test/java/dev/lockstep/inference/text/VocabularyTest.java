package dev.lockstep.inference.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.model.EmbeddedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class VocabularyTest {
  @Test
  void wordPiecesHaveTheirIdsBesideThem() throws IOException {
    assertThat(size("{'model':{'vocab':{'b':7,'a':0}}}")).isEqualTo(8);
  }

  @Test
  void unigramsAreNumberedByTheirPlace() throws IOException {
    assertThat(size("{'model':{'vocab':[['a',-1.0],['b',-2.0],['c',-3.0]]}}")).isEqualTo(3);
  }

  @Test
  void tokensThatWereAddedCount() throws IOException {
    assertThat(size("{'added_tokens':[{'id':30,'content':'<x>'}],'model':{'vocab':{'a':0}}}"))
        .isEqualTo(31);
  }

  @Test
  void theEmbeddedModelHasBertsVocabulary() throws IOException {
    assertThat(Vocabulary.size(EmbeddedModel.FP32.tokenizer())).isEqualTo(30_522);
  }

  @Test
  void whatHasNoVocabularyIsNoTokenizer() {
    assertThatThrownBy(() -> size("{'model':{}}"))
        .isInstanceOf(IOException.class)
        .hasMessage("not a tokenizer: it has no model.vocab");
    assertThatThrownBy(() -> size("[]")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> size("nonsense")).isInstanceOf(IOException.class);
  }

  private static long size(String json) throws IOException {
    return Vocabulary.size(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
