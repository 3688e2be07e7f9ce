package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.OpenServer;
import dev.lockstep.inference.tiny.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Embeddings, ranking and classes through the whole server, by models whose answers are known. */
final class TextApiTest {
  private static final Offset<Float> NEAR = within(1e-5f);

  private static InferenceServer server;
  private static HttpTester http;

  @BeforeAll
  static void start(@TempDir Path models) {
    TinyModels.ofEachKind(models);
    server = OpenServer.of(models);
    http = new HttpTester(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aVectorIsTheMeanOfItsTokensOfNormOne() {
    JsonAnswer answer = ok("/v1/embeddings", "{'model':'fixed','input':'good cat'}");

    assertThat(vector(answer, 0))
        .containsExactly(TinyModels.vector(TinyModels.WIDTH, TinyModels.ids("good", "cat")), NEAR);
    assertThat(answer.at("usage").at("prompt_tokens").number()).isEqualTo(4);
    assertThat(answer.at("usage").at("total_tokens").number()).isEqualTo(4);
  }

  @Test
  void tokenIdsGiveTheVectorOfTheirText() {
    List<Integer> ids = TinyModels.ids("good", "cat");

    JsonAnswer one = ok("/v1/embeddings", "{'model':'fixed','input':%s}".formatted(ids));
    JsonAnswer several =
        ok(
            "/v1/embeddings",
            "{'model':'fixed','input':[%s,%s]}".formatted(TinyModels.ids("bad"), ids));

    float[] expected = TinyModels.vector(TinyModels.WIDTH, ids);
    assertThat(one.at("data").size()).isEqualTo(1);
    assertThat(vector(one, 0)).containsExactly(expected, NEAR);
    assertThat(vector(several, 1)).containsExactly(expected, NEAR);
    assertThat(several.at("data").at(1).at("index").number()).isEqualTo(1);
  }

  @Test
  void aModelTrainedForItGivesShorterVectorsOfNormOne() {
    JsonAnswer answer =
        ok("/v1/embeddings", "{'model':'matryoshka','input':'red fish','dimensions':3}");

    assertThat(vector(answer, 0))
        .containsExactly(TinyModels.vector(3, TinyModels.ids("red", "fish")), NEAR);
  }

  @Test
  void base64CarriesTheShortenedVectorToo() {
    JsonAnswer answer =
        ok(
            "/v1/embeddings",
            "{'model':'matryoshka','input':'a','dimensions':2,'encoding_format':'base64'}");

    float[] decoded = new float[2];
    ByteBuffer.wrap(Base64.getDecoder().decode(answer.at("data").at(0).at("embedding").text()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(decoded);
    assertThat(decoded).containsExactly(TinyModels.vector(2, TinyModels.ids("a")), NEAR);
  }

  @Test
  void anyModelGivesAllTheDimensionsThatItHas() {
    JsonAnswer answer = ok("/v1/embeddings", "{'model':'fixed','input':'a','dimensions':8}");

    assertThat(vector(answer, 0)).hasSize(TinyModels.WIDTH);
  }

  @Test
  void aTextThatIsTooLongIsCutOnlyWhenTheClientSaysSo() {
    String words = "cat ".repeat(40).strip();

    HttpResponse<String> refused =
        post("/v1/embeddings", "{'model':'fixed','input':'%s'}".formatted(words));
    JsonAnswer cut =
        ok("/v1/embeddings", "{'model':'fixed','input':'%s','truncate':true}".formatted(words));

    assertThat(message(refused)).isEqualTo("input has 42 tokens; at most 32 are allowed");
    assertThat(cut.at("usage").at("prompt_tokens").number()).isEqualTo(TinyModels.MAX_TOKENS);
  }

  @Test
  void fieldsThatAreNotKnownAndTheUserArePassedOver() {
    ok("/v1/embeddings", "{'model':'fixed','input':'a','user':'u-1','input_type':'query'}");
  }

  @Test
  void theMostRelevantDocumentComesFirst() {
    JsonAnswer answer =
        ok(
            "/v1/rerank",
            "{'model':'reranker','query':'red cat','documents':['blue fish','the red cat','a"
                + " cat']}");

    List<JsonAnswer> results = answer.at("results").items();
    assertThat(results).extracting(result -> result.at("index").number()).containsExactly(1, 2, 0);
    assertThat(results.get(0).at("relevance_score").decimal()).isEqualTo(sigmoid(3), NEAR);
    assertThat(results.get(1).at("relevance_score").decimal()).isEqualTo(sigmoid(1), NEAR);
    assertThat(results.get(2).at("relevance_score").decimal()).isEqualTo(sigmoid(-1), NEAR);
    assertThat(results).noneMatch(result -> result.has("document"));
    assertThat(answer.at("usage").at("total_tokens").number()).isEqualTo(7 + 8 + 7);
  }

  @Test
  void documentsAreObjectsTooAndComeBackWhenAskedFor() {
    JsonAnswer answer =
        ok(
            "/rerank",
            "{'model':'reranker','query':'cat','documents':[{'text':'dog'},{'text':'Cat'}],"
                + "'top_n':1,'return_documents':true}");

    assertThat(answer.at("results").size()).isEqualTo(1);
    assertThat(answer.at("results").at(0).at("document").at("text").text()).isEqualTo("Cat");
  }

  @Test
  void equalDocumentsStayInOrder() {
    JsonAnswer answer =
        ok("/v1/rerank", "{'model':'reranker','query':'cat','documents':['dog','fish','dog']}");

    assertThat(answer.at("results").items())
        .extracting(result -> result.at("index").number())
        .containsExactly(0, 1, 2);
  }

  @Test
  void aQueryThatLeavesNoRoomForDocumentsIsRefusedEvenWhereTheyMayBeCut() {
    HttpResponse<String> refused =
        post(
            "/v1/rerank",
            "{'model':'reranker','query':'%s','documents':['cat'],'truncate':true}"
                .formatted("cat ".repeat(29).strip()));

    assertThat(message(refused))
        .isEqualTo("query has 31 tokens; at most 30 leave room for a document");
  }

  @Test
  void aTextHasTheLikeliestOfItsClasses() {
    JsonAnswer answer =
        ok("/v1/classify", "{'model':'sentiment','input':['a great cat','awful','the dog']}");

    assertThat(answer.at("data").items())
        .extracting(item -> item.at("label").text())
        .containsExactly("good", "bad", "neutral");
    double sum = Math.exp(2) + Math.exp(0) + Math.exp(0.5);
    assertThat(answer.at("data").at(0).at("probs").floats())
        .containsExactly(
            new float[] {
              (float) (Math.exp(2) / sum), (float) (1 / sum), (float) (Math.exp(0.5) / sum)
            },
            NEAR);
    assertThat(answer.at("data").at(0).at("num_classes").number()).isEqualTo(3);
    assertThat(answer.at("labels").items().stream().map(JsonAnswer::text))
        .containsExactly("good", "bad", "neutral");
    assertThat(answer.at("usage").at("prompt_tokens").number()).isEqualTo(5 + 3 + 4);
  }

  @Test
  void whereSeveralLabelsMayHoldEachIsJudgedByItself() {
    JsonAnswer answer = ok("/v1/classify", "{'model':'topics','input':'great awful'}");

    assertThat(answer.at("data").at(0).at("probs").floats())
        .containsExactly(new float[] {sigmoid(2), sigmoid(2), sigmoid(0.5)}, NEAR);
  }

  @Test
  void modelsSayWhatTheyAreFor() {
    JsonAnswer list = ok("/v1/models");

    assertThat(list.at("data").items())
        .extracting(model -> model.at("id").text() + " " + model.at("task").text())
        .containsExactly(
            "failing embedding",
            "failing-classes classification",
            "failing-reranker reranking",
            "fixed embedding",
            "matryoshka embedding",
            "reranker reranking",
            "sentiment classification",
            "tensors tensors",
            "topics classification");
    JsonAnswer one = ok("/v1/models/matryoshka");
    assertThat(one.at("object").text()).isEqualTo("model");
    assertThat(one.at("created").number()).isPositive();
    assertThat(one.at("dimensions").number()).isEqualTo(TinyModels.WIDTH);
    assertThat(one.at("max_tokens").number()).isEqualTo(TinyModels.MAX_TOKENS);
    assertThat(ok("/v1/models/tensors").has("max_tokens")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/embeddings | {'model':'sentiment','input':'a'}                 | model          | model is 'sentiment', whose task is classification; a model whose task is embedding is needed
          /v1/embeddings | {'model':'tensors','input':'a'}                   | model          | model is 'tensors', whose task is tensors; a model whose task is embedding is needed
          /v1/classify   | {'model':'reranker','input':'a'}                  | model          | model is 'reranker', whose task is reranking; a model whose task is classification is needed
          /v1/rerank     | {'model':'fixed','query':'a','documents':['a']}   | model          | model is 'fixed', whose task is embedding; a model whose task is reranking is needed
          /v1/embeddings | {'model':'fixed','input':'a','dimensions':4}      | dimensions     | dimensions is 4; 'fixed' gives 8 and was not trained to be shortened
          /v1/embeddings | {'model':'matryoshka','input':'a','dimensions':0} | dimensions     | dimensions is a number; a whole number from 1 to 8 is needed
          /v1/embeddings | {'model':'matryoshka','input':'a','dimensions':9} | dimensions     | dimensions is a number; a whole number from 1 to 8 is needed
          /v1/embeddings | {'model':'matryoshka','input':'a','dimensions':'2'} | dimensions   | dimensions is a string; a whole number from 1 to 8 is needed
          /v1/embeddings | {'model':'matryoshka','input':'a','dimensions':1e999999999} | dimensions | dimensions is a number; a whole number from 1 to 8 is needed
          /v1/embeddings | {'model':'fixed','input':'a','truncate':'END'}    | truncate       | truncate is a string; true or false is needed
          /v1/embeddings | {'model':'fixed','input':'a','user':7}            | user           | user is a number; a string is needed
          /v1/embeddings | {'model':'fixed','input':[2,15,3]}                | input          | input has a token id that the model does not know; from 0 to 14 are allowed
          /v1/embeddings | {'model':'fixed','input':[[2,3],[2,-1]]}          | input[1][1]    | input[1][1] is a number; a whole number from 0 to 2147483647 is needed
          /v1/embeddings | {'model':'fixed','input':[2,1.5]}                 | input[1]       | input[1] is a number; a whole number from 0 to 2147483647 is needed
          /v1/embeddings | {'model':'fixed','input':[2,'a']}                 | input[1]       | input[1] is a string; a whole number from 0 to 2147483647 is needed
          /v1/embeddings | {'model':'fixed','input':['a',2]}                 | input[1]       | input[1] is a number; a string or a list of token ids is needed
          /v1/embeddings | {'model':'fixed','input':[[]]}                    | input[0]       | input[0] is empty; a token is needed
          /v1/embeddings | {'model':'fixed','input':'a\\ud800'}               | input          | input holds half of a surrogate pair; whole characters are needed
          /v1/rerank     | {'model':'reranker','documents':['a']}            | query          | query is missing; a string is needed
          /v1/rerank     | {'model':'reranker','query':' ','documents':['a']} | query         | query is empty; a text is needed
          /v1/rerank     | {'model':'reranker','query':'a'}                  | documents      | documents is missing; a list of strings or of objects with text is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':[]}   | documents      | documents has 0 texts; from 1 to 256 are allowed
          /v1/rerank     | {'model':'reranker','query':'a','documents':'a'}  | documents      | documents is a string; a list of strings or of objects with text is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':['a',1]} | documents[1] | documents[1] is a number; a string or an object with text is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':[{'text':1}]} | documents[0].text | documents[0].text is a number; a string is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':['']} | documents[0]   | documents[0] is empty; a text is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':['a'],'top_n':0} | top_n | top_n is a number; a whole number from 1 to 2147483647 is needed
          /v1/rerank     | {'model':'reranker','query':'a','documents':['a'],'return_documents':1} | return_documents | return_documents is a number; true or false is needed
          """)
  void aBadRequestIsRefusedByItsField(String path, String body, String field, String message) {
    HttpResponse<String> response = post(path, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(message(response)).isEqualTo(message);
    JsonAnswer error = JsonAnswer.of(response.body()).at("error");
    assertThat(error.at("param").text()).isEqualTo(field);
    assertThat(error.at("type").text()).isEqualTo("invalid_request_error");
  }

  @Test
  void aBodyThatUnpacksToMoreThanABodyMayHaveIsTooLarge() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[100_000_000]);
    }

    HttpResponse<String> response =
        http.send(
            http.request("/v1/embeddings")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
    assertThat(message(response))
        .isEqualTo("the body is too large; at most 4194304 bytes are allowed");
  }

  @Test
  void headersAreBounded() {
    try (RawConnection connection = new RawConnection(server.uri())) {
      connection.send(
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: "
              + "x".repeat(9_000)
              + "\r\n\r\n");

      assertThat(connection.rest())
          .startsWith("HTTP/1.1 4")
          .contains("\"type\":\"invalid_request_error\"")
          .doesNotContain("xxx");
    }
  }

  @Test
  void aRequestWithoutABodyIsToldSo() {
    HttpResponse<String> response = http.post("/v1/embeddings", "");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(message(response))
        .isEqualTo("the request is not readable as HTTP, or lacks its body");
  }

  @Test
  void aModelWithALabelTooFewIsNotServed() {
    assertThat(http.get("/v1/models/mislabelled").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsNoNameIsNotRepeated() {
    HttpResponse<String> response =
        post("/v1/embeddings", "{'model':'my secret text','input':'a'}");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).doesNotContain("secret").contains("served is failing, ");
  }

  private static float sigmoid(double logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  private static float[] vector(JsonAnswer answer, int index) {
    return answer.at("data").at(index).at("embedding").floats();
  }

  private static JsonAnswer ok(String path) {
    HttpResponse<String> response = http.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonAnswer.of(response.body());
  }

  private static JsonAnswer ok(String path, String body) {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonAnswer.of(response.body());
  }

  /** JSON is easier to read here with its quotes single. */
  private static HttpResponse<String> post(String path, String body) {
    return http.post(path, body.replace('\'', '"'));
  }

  private static String message(HttpResponse<String> response) {
    return JsonAnswer.of(response.body()).at("error").at("message").text();
  }
}
