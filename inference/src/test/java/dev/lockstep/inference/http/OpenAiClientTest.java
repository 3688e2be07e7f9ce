package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.tiny.TinyModels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Java, which knows nothing of this server but its address. */
final class OpenAiClientTest {
  private static final Offset<Float> NEAR = within(1e-5f);

  private static InferenceServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start(@TempDir Path models) {
    TinyModels.matryoshka(models.resolve("matryoshka"));
    TinyModels.fixed(models.resolve("fixed"));
    TinyModels.failing(models.resolve("failing"));
    TinyModels.slow(models.resolve("slow"));
    server =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.empty(),
                Map.of(
                    "lockstep.api-keys",
                    "the-key",
                    "lockstep.budget",
                    "60s",
                    "lockstep.model",
                    models.toString())));
    client = client("the-key");
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void embedsOneText() {
    CreateEmbeddingResponse response =
        client.embeddings().create(params("fixed").input("good cat").build());

    assertThat(response.data()).hasSize(1);
    assertThat(floats(response, 0))
        .containsExactly(TinyModels.vector(TinyModels.WIDTH, TinyModels.ids("good", "cat")), NEAR);
    assertThat(response.model()).isEqualTo("fixed");
    assertThat(response.usage().promptTokens()).isEqualTo(4);
    assertThat(response.usage().totalTokens()).isEqualTo(4);
  }

  @Test
  void embedsSeveralTextsInOrder() {
    CreateEmbeddingResponse response =
        client
            .embeddings()
            .create(params("fixed").inputOfArrayOfStrings(List.of("cat", "the red fish")).build());

    assertThat(floats(response, 0)).containsExactly(expected("cat"), NEAR);
    assertThat(floats(response, 1)).containsExactly(expected("the", "red", "fish"), NEAR);
    assertThat(response.data().get(1).index()).isEqualTo(1);
  }

  @Test
  void embedsTokenIdsOfOneTextAndOfSeveral() {
    CreateEmbeddingResponse one =
        client.embeddings().create(params("fixed").inputOfArrayOfTokens(ids("dog")).build());
    CreateEmbeddingResponse several =
        client
            .embeddings()
            .create(
                params("fixed").inputOfArrayOfTokenArrays(List.of(ids("bad"), ids("dog"))).build());

    assertThat(floats(one, 0)).containsExactly(expected("dog"), NEAR);
    assertThat(floats(several, 1)).containsExactly(expected("dog"), NEAR);
  }

  @Test
  void readsBase64() {
    CreateEmbeddingResponse response =
        client
            .embeddings()
            .create(
                params("fixed")
                    .input("blue")
                    .encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                    .build());

    assertThat(floats(response, 0)).containsExactly(expected("blue"), NEAR);
  }

  @Test
  void shortensWhereTheModelAllowsItAndIsToldWhereNot() {
    CreateEmbeddingResponse response =
        client.embeddings().create(params("matryoshka").input("cat").dimensions(3).build());

    assertThat(floats(response, 0))
        .containsExactly(TinyModels.vector(3, TinyModels.ids("cat")), NEAR);
    assertThatThrownBy(
            () -> client.embeddings().create(params("fixed").input("cat").dimensions(3).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            refused -> {
              assertThat(refused.param()).contains("dimensions");
              assertThat(refused.type()).contains("invalid_request_error");
              assertThat(refused).hasMessageContaining("was not trained to be shortened");
            });
  }

  @Test
  void listsAndFindsModels() {
    assertThat(client.models().list().autoPager())
        .extracting(Model::id)
        .containsExactly("failing", "fixed", "matryoshka", "slow");

    Model model = client.models().retrieve("fixed");
    assertThat(model.ownedBy()).isEqualTo("lockstep");
    assertThat(model.created()).isPositive();
  }

  @Test
  void mapsEachRefusalToItsOwnException() {
    OpenAIClient stranger = client("another-key");
    assertThatThrownBy(() -> stranger.models().list())
        .isInstanceOfSatisfying(
            UnauthorizedException.class,
            refused -> assertThat(refused.code()).contains("invalid_api_key"));
    stranger.close();
    assertThatThrownBy(() -> client.embeddings().create(params("gpt-9").input("a").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class,
            refused -> assertThat(refused.code()).contains("model_not_found"));
    assertThatThrownBy(() -> client.models().retrieve("gpt-9"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.embeddings().create(params("fixed").input("").build()))
        .isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> client.embeddings().create(params("failing").input("a").build()))
        .isInstanceOf(InternalServerException.class);
  }

  @Test
  void isToldOfOverloadAndWhenToComeBack() {
    EmbeddingCreateParams impatient =
        params("slow")
            .inputOfArrayOfStrings(Collections.nCopies(256, "cat ".repeat(30).strip()))
            .putAdditionalHeader("X-Request-Timeout-Ms", "1")
            .build();

    assertThatThrownBy(() -> client.embeddings().create(impatient))
        .isInstanceOfSatisfying(
            RateLimitException.class,
            refused -> assertThat(refused.headers().values("Retry-After")).isNotEmpty());
  }

  /** Without its retries, which would only make the test slower. */
  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.uri() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static EmbeddingCreateParams.Builder params(String model) {
    return EmbeddingCreateParams.builder().model(model);
  }

  private static List<Long> ids(String word) {
    return TinyModels.ids(word).stream().map(Integer::longValue).toList();
  }

  private static float[] expected(String... words) {
    return TinyModels.vector(TinyModels.WIDTH, TinyModels.ids(words));
  }

  private static float[] floats(CreateEmbeddingResponse response, int index) {
    List<Float> list = response.data().get(index).embedding();
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }
}
