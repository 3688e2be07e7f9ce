package dev.lockstep.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Which requests of tensors share a run, when, and that each gets its own rows back. */
final class TensorBatchingTest {
  private static final BatchLimits LIMITS = new BatchLimits(256, 8, 1);

  /** Doubles its numbers and passes its names on; what ran is written down. */
  private record Doubling(List<TensorSpec> inputs, List<TensorSpec> outputs, List<Long> runs)
      implements Engine {

    static Doubling of(String axis, long... rowShape) {
      List<Long> shape = new ArrayList<>(List.of(-1L));
      List<String> axes = new ArrayList<>(List.of(axis));
      for (long size : rowShape) {
        shape.add(size);
        axes.add(size < 0 ? "length" : "");
      }
      return new Doubling(
          List.of(
              new TensorSpec("x", ElementType.FP32, shape, axes),
              new TensorSpec("name", ElementType.BYTES, List.of(-1L), List.of(axis))),
          List.of(
              new TensorSpec("y", ElementType.FP32, shape, axes),
              new TensorSpec("of", ElementType.BYTES, List.of(-1L), List.of(axis))),
          new ArrayList<>());
    }

    @Override
    public Device device() {
      return new Device("cpu", "test", 1, false);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> tensors, Width width) {
      check(tensors);
      if (!(tensors.get("x") instanceof Tensor.Numbers x)
          || !(tensors.get("name") instanceof Tensor.Strings name)) {
        throw new IllegalArgumentException("checked");
      }
      runs.add(x.shape().getFirst());
      Tensor.Numbers y = Tensor.allocate(ElementType.FP32, x.shape());
      for (int i = 0; i < x.elements(); i++) {
        y.floats().put(i, 2 * x.floats().get(i));
      }
      return Map.of("y", y, "of", name);
    }

    @Override
    public void close() {}
  }

  @Test
  void requestsOfOneRowShapeThatWaitTogetherRunTogetherAndOthersDoNot() {
    TensorBatching batching =
        new TensorBatching(Doubling.of("batch", -1), LIMITS, RowSharing.AS_NAMED);
    VirtualDevice device = new VirtualDevice(new Lanes(1, 0));

    device.arrives(piece(batching, 0, request(2, 16), 0));
    device.arrives(piece(batching, 1, request(1, 16), 10));
    device.arrives(piece(batching, 2, request(1, 7), 20));
    device.arrives(piece(batching, 3, request(3, 16), 30));
    device.play();

    // The first runs alone because nobody else is there; of those that come meanwhile the two of
    // 16 columns go together and the one of 7 after them.
    assertThat(ran(device)).containsExactly(List.of(0L), List.of(1L, 3L), List.of(2L));
  }

  @Test
  void aRunHoldsNoMoreRowsThanItsLimit() {
    TensorBatching batching =
        new TensorBatching(Doubling.of("batch_size", 4), LIMITS, RowSharing.AS_NAMED);
    VirtualDevice device = new VirtualDevice(new Lanes(1, 0));

    device.arrives(piece(batching, 0, request(1, 4), 0));
    for (int i = 1; i <= 4; i++) {
      device.arrives(piece(batching, i, request(3, 4), i));
    }
    device.play();

    assertThat(ran(device)).containsExactly(List.of(0L), List.of(1L, 2L), List.of(3L, 4L));
  }

  @Test
  void whereTheFirstAxisIsNotCalledABatchEachRunsByItself() {
    TensorBatching batching =
        new TensorBatching(Doubling.of("sequence", 4), LIMITS, RowSharing.AS_NAMED);
    VirtualDevice device = new VirtualDevice(new Lanes(1, 0));

    for (int i = 0; i < 3; i++) {
      device.arrives(piece(batching, i, request(1, 4), i));
    }
    device.play();

    assertThat(ran(device)).containsExactly(List.of(0L), List.of(1L), List.of(2L));
  }

  @Test
  void theOperatorsWordGoesBeforeTheModels() {
    TensorBatching told = new TensorBatching(Doubling.of("sequence", 4), LIMITS, RowSharing.ALWAYS);
    TensorBatching forbidden =
        new TensorBatching(Doubling.of("batch", 4), LIMITS, RowSharing.NEVER);

    assertThat(told.kind(request(1, 4))).isEqualTo(told.kind(request(2, 4)));
    assertThat(forbidden.kind(request(1, 4))).isNotEqualTo(forbidden.kind(request(1, 4)));
  }

  @Test
  void rowsHeldAgainstEachOtherAreNoBatchAndAFixedFirstAxisCannotBeMadeOne() {
    TensorSpec in = new TensorSpec("x", ElementType.FP32, List.of(-1L), List.of("batch"));
    TensorSpec square =
        new TensorSpec("y", ElementType.FP32, List.of(-1L, -1L), List.of("batch", "batch"));
    TensorSpec fixed = new TensorSpec("y", ElementType.FP32, List.of(4L));

    assertThat(RowSharing.AS_NAMED.allowed(List.of(in), List.of(in))).isTrue();
    assertThat(RowSharing.AS_NAMED.allowed(List.of(in), List.of(square))).isFalse();
    assertThat(RowSharing.WHERE_OPEN.allowed(List.of(square), List.of(square))).isTrue();
    assertThat(RowSharing.WHERE_OPEN.allowed(List.of(in), List.of(fixed))).isFalse();
    assertThatThrownBy(() -> RowSharing.ALWAYS.allowed(List.of(in), List.of(fixed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch.together is true; 'y' has the shape [4], whose first size is not open");
  }

  @Test
  void twoModelsNeverShareARun() {
    TensorBatching one = new TensorBatching(Doubling.of("batch", 4), LIMITS, RowSharing.AS_NAMED);
    TensorBatching other = new TensorBatching(Doubling.of("batch", 4), LIMITS, RowSharing.AS_NAMED);

    assertThat(one.kind(request(1, 4))).isNotEqualTo(other.kind(request(1, 4)));
  }

  @Property(tries = 200)
  void eachRequestGetsOfACommonRunWhatItGetsAlone(
      @ForAll("rows") @Size(min = 1, max = 8) List<Integer> rows) {
    Doubling engine = Doubling.of("batch", 3);
    TensorBatching batching = new TensorBatching(engine, LIMITS, RowSharing.AS_NAMED);
    List<Map<String, Tensor>> requests = rows.stream().map(count -> request(count, 3)).toList();

    List<Map<String, Tensor>> together =
        batching
            .kind(requests.getFirst())
            .prepare(requests, Layout.apart(1, 1))
            .run(Width.LANE)
            .get();

    assertThat(engine.runs()).hasSize(1);
    assertThat(together)
        .isEqualTo(requests.stream().map(request -> engine.run(request, Width.LANE)).toList());
  }

  @Test
  void aModelWhoseOutputsHaveNoRowForEachIsAnsweredAloneAndNotTriedAgain() {
    // Its output says that it has an open batch, and it is one sum of all.
    TensorSpec in = new TensorSpec("x", ElementType.FP32, List.of(-1L), List.of("batch"));
    Sum engine = new Sum(List.of(in), new ArrayList<>());
    try (Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, _ -> {})) {
      TensorModel model = new TensorModel(engine, LIMITS, batcher, RowSharing.AS_NAMED);
      BatchKind<String, String> first = new Gate(engine);
      CompletableFuture<List<String>> busy =
          batcher.submit(first, List.of(new Sized<>("busy", 1, 1)), caller());
      engine.awaitBusy();
      CompletableFuture<Map<String, Tensor>> one = model.infer(sum(1, 2), caller());
      CompletableFuture<Map<String, Tensor>> two = model.infer(sum(3, 4, 5), caller());
      engine.letGo();

      assertThat(busy.join()).containsExactly("busy");
      assertThat(one.join()).containsEntry("x", Tensor.float32(List.of(1L), 3));
      assertThat(two.join()).containsEntry("x", Tensor.float32(List.of(1L), 12));
      assertThat(engine.runs()).containsExactly(5L, 2L, 3L);
      assertThat(model.infer(sum(7), caller()).join())
          .containsEntry("x", Tensor.float32(List.of(1L), 7));
    }
  }

  private static Map<String, Tensor> sum(float... numbers) {
    return Map.of("x", Tensor.float32(List.of((long) numbers.length), numbers));
  }

  private static Caller caller() {
    return new Caller(Deadline.after(Ticker.SYSTEM, Duration.ofMinutes(1)), new Cancellation());
  }

  /** Adds all its rows up, and holds the device until it is let go. */
  private record Sum(
      List<TensorSpec> inputs,
      List<Long> runs,
      CompletableFuture<String> busy,
      CompletableFuture<String> go)
      implements Engine {
    Sum(List<TensorSpec> inputs, List<Long> runs) {
      this(inputs, runs, new CompletableFuture<>(), new CompletableFuture<>());
    }

    void awaitBusy() {
      String _ = busy.join();
    }

    void letGo() {
      go.complete("go");
    }

    @Override
    public List<TensorSpec> outputs() {
      return inputs;
    }

    @Override
    public Device device() {
      return new Device("cpu", "test", 1, false);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> tensors, Width width) {
      if (!(tensors.get("x") instanceof Tensor.Numbers x)) {
        throw new IllegalArgumentException("checked");
      }
      runs.add(x.shape().getFirst());
      float sum = 0;
      for (int i = 0; i < x.elements(); i++) {
        sum += x.floats().get(i);
      }
      return Map.of("x", Tensor.float32(List.of(1L), sum));
    }

    @Override
    public void close() {}
  }

  /** Keeps the one lane busy, so that what comes waits together. */
  private record Gate(Sum engine) implements BatchKind<String, String> {
    @Override
    public BatchLimits limits() {
      return LIMITS;
    }

    @Override
    public CostModel cost() {
      return CostModel.UNMEASURED;
    }

    @Override
    public Prepared<String> prepare(List<String> inputs, Layout layout) {
      return _ -> {
        engine.busy().complete("busy");
        String _ = engine.go().join();
        return () -> inputs;
      };
    }
  }

  private static List<List<Long>> ran(VirtualDevice device) {
    return device.started.stream()
        .map(started ->
            started.batch().pieces().stream().<Long>map(Piece::sequence).sorted().toList())
        .toList();
  }

  private static Piece<?, ?> piece(
      TensorBatching batching, long sequence, Map<String, Tensor> request, long arrived) {
    BatchKind<Map<String, Tensor>, Map<String, Tensor>> kind = batching.kind(request);
    Sized<Map<String, Tensor>> sized = batching.sized(request);
    return new Piece<>(
        kind,
        sized,
        new Deadline(1_000_000_000_000L),
        arrived,
        sequence,
        new Submission<>(1),
        0,
        Load.leastNanos(kind, sized.rows(), sized.length()));
  }

  private static Map<String, Tensor> request(int rows, int columns) {
    float[] numbers = new float[rows * columns];
    List<byte[]> names = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = 100 * rows + i;
    }
    for (int row = 0; row < rows; row++) {
      names.add("row %d of %d".formatted(row, rows).getBytes(StandardCharsets.UTF_8));
    }
    Map<String, Tensor> request = new LinkedHashMap<>();
    request.put("x", Tensor.float32(List.of((long) rows, (long) columns), numbers));
    request.put("name", new Tensor.Strings(List.of((long) rows), names));
    return request;
  }

  @Provide
  Arbitrary<List<Integer>> rows() {
    return Arbitraries.integers().between(1, 5).list();
  }
}
