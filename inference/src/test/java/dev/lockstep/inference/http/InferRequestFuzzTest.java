package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.BinaryTensors;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever bytes come, a request is a request or a refusal with status 400, and never holds more
 * than a small multiple of what was sent.
 */
final class InferRequestFuzzTest {
  private static final ModelCard CARD =
      new ModelCard("m", "1", "f", new Task.Tensors(), ModelCard.Batching.DEFAULT);

  /** Some tensors, and which of them go in the binary form. */
  record Sent(Map<String, Tensor> tensors, List<Boolean> binary) {
    List<InferRequest.Wanted> wanted() {
      List<InferRequest.Wanted> wanted = new ArrayList<>();
      tensors.forEach((name, tensor) -> {
        boolean jsonCan = JsonTensors.hasForm(tensor.type());
        wanted.add(new InferRequest.Wanted(name, !jsonCan || binary.get(wanted.size())));
      });
      return wanted;
    }

    /** As a response is written; a request differs by one name. */
    InferResponse body() {
      InferResponse response =
          InferResponse.write(Json.MAPPER, CARD, Optional.of("id"), wanted(), tensors);
      int json = response.jsonBytes().orElse(response.body().length);
      byte[] request =
          new String(response.body(), 0, json, StandardCharsets.UTF_8)
              .replace("\"outputs\":", "\"inputs\":")
              .getBytes(StandardCharsets.UTF_8);
      ByteBuffer body = ByteBuffer.allocate(request.length + response.body().length - json);
      body.put(request).put(response.body(), json, response.body().length - json);
      return new InferResponse(body.array(), response.jsonBytes().map(_ -> request.length));
    }

    Optional<String> header() {
      return body().jsonBytes().map(String::valueOf);
    }
  }

  @Property(tries = 500)
  void whatWasWrittenIsReadBackBitByBit(@ForAll("sent") Sent sent) {
    InferRequest read = InferRequest.parse(Json.MAPPER, sent.body().body(), sent.header());

    assertThat(read.id()).contains("id");
    assertThat(read.inputs()).containsExactlyEntriesOf(sent.tensors());
  }

  @Property(tries = 1000)
  void randomBytesAreRefused(
      @ForAll @Size(max = 200) byte[] body, @ForAll("headers") Optional<String> header) {
    assertThat(refusal(body, header)).isPresent();
  }

  @Property(tries = 500)
  void aCutFrameIsRefused(@ForAll("sent") Sent sent, @ForAll @IntRange(max = 10_000) int at) {
    byte[] body = sent.body().body();

    byte[] cut = Arrays.copyOf(body, at % body.length);

    assertThat(refusal(cut, sent.header())).isPresent();
  }

  @Property(tries = 500)
  void whatIsAddedBehindAFrameIsRefused(
      @ForAll("sent") Sent sent, @ForAll @Size(min = 1, max = 20) byte[] more) {
    byte[] body = sent.body().body();
    byte[] longer = Arrays.copyOf(body, body.length + more.length);
    System.arraycopy(more, 0, longer, body.length, more.length);

    assertThat(refusal(longer, sent.header().or(() -> Optional.of("" + body.length)))).isPresent();
  }

  @Property(tries = 2000)
  void aMutatedFrameIsRefusedOrReadWithinItsSize(
      @ForAll("sent") Sent sent,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 10_000) Integer> places,
      @ForAll @Size(5) byte[] bytes) {
    byte[] body = sent.body().body();
    for (int i = 0; i < places.size(); i++) {
      body[places.get(i) % body.length] = bytes[i];
    }

    requireRefusalOrBoundedTensors(body, sent.header());
  }

  @Property(tries = 1000)
  void shapesAndSizesOfAnyMagnitudeAreRefusedOrReadWithinTheirSize(
      @ForAll("magnitudes") List<String> shape,
      @ForAll("magnitudes") List<String> size,
      @ForAll ElementType type,
      @ForAll @Size(max = 64) byte[] tensor) {
    String json =
        """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","parameters":{"binary_data_size":%s}}]}\
        """
            .formatted(shape, type, size.isEmpty() ? tensor.length : size.getFirst());
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(header, header.length + tensor.length);
    System.arraycopy(tensor, 0, body, header.length, tensor.length);

    requireRefusalOrBoundedTensors(body, Optional.of(String.valueOf(header.length)));
  }

  @Property(tries = 1000)
  void jsonTensorsOfAnyValuesAreRefusedOrReadWithinTheirSize(
      @ForAll("magnitudes") List<String> shape,
      @ForAll ElementType type,
      @ForAll("values") List<String> data) {
    String json =
        """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","data":%s}]}\
        """
            .formatted(shape, type, data);

    requireRefusalOrBoundedTensors(json.getBytes(StandardCharsets.UTF_8), Optional.empty());
  }

  @Property(tries = 300)
  void aWholeNumberIsReadExactlyOrRefused(@ForAll("magnitudes") @Size(1) List<String> numbers) {
    String json =
        """
        {"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":%s}]}\
        """
            .formatted(numbers);
    byte[] body = json.getBytes(StandardCharsets.UTF_8);

    if (refusal(body, Optional.empty()).isEmpty()) {
      InferRequest read = InferRequest.parse(Json.MAPPER, body, Optional.empty());
      Tensor.Numbers tensor = (Tensor.Numbers) read.inputs().values().iterator().next();
      assertThat(BigDecimal.valueOf(tensor.longs().get(0)))
          .isEqualByComparingTo(meant(numbers.getFirst()));
    }
  }

  /** A number with a point or an exponent is a double before it is anything else. */
  private static BigDecimal meant(String number) {
    return number.matches("-?[0-9]+")
        ? new BigDecimal(number)
        : BigDecimal.valueOf(Double.parseDouble(number));
  }

  @Property(tries = 200)
  void deepNestingIsRefused(@ForAll @IntRange(min = 1_001, max = 100_000) int depth) {
    String json =
        """
        {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":%s1%s}]}\
        """
            .formatted("[".repeat(depth), "]".repeat(depth));

    assertThat(refusal(json.getBytes(StandardCharsets.UTF_8), Optional.empty())).isPresent();
  }

  private static void requireRefusalOrBoundedTensors(byte[] body, Optional<String> header) {
    if (refusal(body, header).isPresent()) {
      return;
    }
    InferRequest read = InferRequest.parse(Json.MAPPER, body, header);
    for (Tensor tensor : read.inputs().values()) {
      // An element takes two characters of JSON or more, and at most eight bytes here.
      assertThat(BinaryTensors.size(tensor)).isLessThanOrEqualTo(8L * body.length);
    }
  }

  /** Why it is refused; anything but a 400 fails the property. */
  private static Optional<String> refusal(byte[] body, Optional<String> header) {
    try {
      InferRequest.parse(Json.MAPPER, body, header);
      return Optional.empty();
    } catch (ApiException refused) {
      assertThat(refused.kind()).isEqualTo(ApiException.Kind.INVALID);
      assertThat(refused.problem()).isNotBlank();
      return Optional.of(refused.problem());
    }
  }

  @Provide
  Arbitrary<Sent> sent() {
    Arbitrary<List<Tensor>> tensors = tensor().list().ofMinSize(1).ofMaxSize(4);
    Arbitrary<List<Boolean>> binary = Arbitraries.of(true, false).list().ofSize(4);
    return Combinators.combine(tensors, binary)
        .as((list, forms) -> {
          Map<String, Tensor> named = new LinkedHashMap<>();
          list.forEach(tensor -> named.put("x" + named.size(), tensor));
          return new Sent(Collections.unmodifiableMap(named), forms);
        });
  }

  private static Arbitrary<Tensor> tensor() {
    Arbitrary<List<Long>> shapes =
        Arbitraries.longs().between(0, 4).list().ofMinSize(0).ofMaxSize(3);
    return Combinators.combine(Arbitraries.of(ElementType.class), shapes, Arbitraries.randoms())
        .as((type, shape, random) -> {
          int size = Tensor.sizeOf(shape);
          if (type == ElementType.BYTES) {
            List<byte[]> strings = new ArrayList<>();
            for (int i = 0; i < size; i++) {
              int[] points = random.ints(random.nextInt(6), 0, 0x10ffff).toArray();
              for (int p = 0; p < points.length; p++) {
                points[p] = Character.getType(points[p]) == Character.SURROGATE ? 'x' : points[p];
              }
              strings.add(new String(points, 0, points.length).getBytes(StandardCharsets.UTF_8));
            }
            return new Tensor.Strings(shape, strings);
          }
          byte[] bits = new byte[size * type.bytes()];
          random.nextBytes(bits);
          if (type == ElementType.BOOL) {
            for (int i = 0; i < bits.length; i++) {
              bits[i] &= 1;
            }
          }
          return new Tensor.Numbers(type, shape, ByteBuffer.wrap(canonical(type, bits)));
        });
  }

  /** JSON has one NaN, so all are made the one that Java writes. */
  private static byte[] canonical(ElementType type, byte[] bits) {
    ByteBuffer data = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bits.length; i += type.bytes()) {
      if (type == ElementType.FP32 && Float.isNaN(data.getFloat(i))) {
        data.putFloat(i, Float.NaN);
      }
      if (type == ElementType.FP64 && Double.isNaN(data.getDouble(i))) {
        data.putDouble(i, Double.NaN);
      }
    }
    return bits;
  }

  @Provide
  Arbitrary<Optional<String>> headers() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30).map(Optional::of),
        Arbitraries.integers().between(-10, 300).map(length -> Optional.of("" + length)),
        Arbitraries.just(Optional.empty()));
  }

  @Provide
  Arbitrary<List<String>> magnitudes() {
    return Arbitraries.of(
            "0",
            "1",
            "2",
            "7",
            "-1",
            "1.5",
            "4.0",
            "1e2",
            "255",
            "256",
            "2147483647",
            "2147483648",
            "4294967297",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "18446744073709551617",
            "9223372036854775807.0",
            "1e18",
            "1e19",
            "1e400",
            "1e-400",
            "1e999999999",
            "-0.0")
        .list()
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<String>> values() {
    return Arbitraries.of(
            "0",
            "1",
            "-1",
            "1.5",
            "300",
            "1e39",
            "-1e309",
            "9223372036854775808",
            "true",
            "false",
            "null",
            "\"\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"\\ud800\"",
            "{}",
            "[]",
            "[1,[2]]",
            "[[[]]]",
            "\"\\ud83c\\udfb8\"")
        .list()
        .ofMaxSize(6);
  }
}
