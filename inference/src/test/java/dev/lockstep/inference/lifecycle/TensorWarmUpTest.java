package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which shapes a model of bare tensors is run with before its first user comes. */
final class TensorWarmUpTest {
  private static final BatchLimits LIMITS = new BatchLimits(32, 4, 1);

  @Test
  void rowsAndLengthsDoubleWithinWhatOneRunMayHold() {
    Recorder engine = new Recorder(1, spec("x", ElementType.INT64, -1, -1));

    Optional<CostModel> cost = TensorWarmUp.rehearse(engine, LIMITS);

    assertThat(engine.shapes("x"))
        .containsExactlyInAnyOrder("[1, 8]", "[2, 8]", "[4, 8]", "[1, 16]", "[2, 16]", "[1, 32]");
    assertThat(cost).isPresent();
  }

  @Test
  void aModelWithRowsAloneIsRunWithRows() {
    Recorder engine = new Recorder(1, spec("image", ElementType.FP32, -1, 3, 8, 8));

    TensorWarmUp.rehearse(engine, LIMITS);

    assertThat(engine.shapes("image"))
        .containsExactlyInAnyOrder("[1, 3, 8, 8]", "[2, 3, 8, 8]", "[4, 3, 8, 8]");
  }

  @Test
  void aModelOfOneShapeIsRunWithItAndItsCostIsTheRuns() {
    Recorder engine = new Recorder(1, spec("x", ElementType.FP32, 2, 3));

    CostModel cost = TensorWarmUp.rehearse(engine, LIMITS).orElseThrow();

    assertThat(cost.nanos(2)).isEqualTo(2 * cost.nanosPerToken());

    assertThat(engine.shapes("x")).containsExactly("[2, 3]");
    assertThat(cost.fixedNanos()).isZero();
    assertThat(cost.nanosPerToken()).isPositive();
  }

  @Test
  void stringsAndNumbersWithoutDimensionsAreGivenToo() {
    Recorder engine =
        new Recorder(1, spec("text", ElementType.BYTES, -1), spec("scale", ElementType.FP32));

    TensorWarmUp.rehearse(engine, LIMITS);

    assertThat(engine.shapes("text")).containsExactlyInAnyOrder("[1]", "[2]", "[4]");
    assertThat(engine.shapes("scale")).containsExactly("[]");
  }

  @Test
  void aDeviceOfSeveralLanesIsRehearsedInBothWidths() {
    Recorder engine = new Recorder(2, spec("x", ElementType.FP32, 1));

    TensorWarmUp.rehearse(engine, LIMITS);

    assertThat(engine.widths).containsExactly(Width.LANE, Width.LANE, Width.WHOLE);
  }

  @Test
  void aShapeThatTheModelDoesNotTakeIsLeftOut() {
    Recorder engine = new Recorder(1, spec("x", ElementType.INT64, -1, -1));
    engine.longest = 8;

    assertThat(TensorWarmUp.rehearse(engine, LIMITS)).isPresent();
  }

  @Test
  void aModelThatTakesNoneOfThemServesAtACostNobodyKnows() {
    Recorder engine = new Recorder(1, spec("x", ElementType.INT64, -1, -1));
    engine.longest = 0;

    assertThat(TensorWarmUp.rehearse(engine, LIMITS)).isEmpty();
  }

  @Test
  void aDeviceThatFailsIsNoShapeThatTheModelDoesNotTake() {
    Recorder engine = new Recorder(1, spec("x", ElementType.INT64, -1, -1));
    engine.broken = true;

    assertThatThrownBy(() -> TensorWarmUp.rehearse(engine, LIMITS))
        .isInstanceOf(DeviceUnavailableException.class);
  }

  private static TensorSpec spec(String name, ElementType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** Remembers what it was run with, and refuses what is longer than the test says. */
  private static final class Recorder implements Engine {
    final List<Width> widths = new ArrayList<>();
    long longest = Long.MAX_VALUE;
    boolean broken;
    private final int lanes;
    private final List<TensorSpec> inputs;
    private final List<Map<String, Tensor>> runs = new ArrayList<>();

    Recorder(int lanes, TensorSpec... inputs) {
      this.lanes = lanes;
      this.inputs = List.of(inputs);
    }

    Set<String> shapes(String input) {
      Set<String> shapes = new TreeSet<>();
      runs.forEach(run ->
          run.forEach((name, tensor) -> {
            if (name.equals(input)) {
              shapes.add(tensor.shape().toString());
            }
          }));
      return shapes;
    }

    @Override
    public List<TensorSpec> inputs() {
      return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of();
    }

    @Override
    public Device device() {
      return new Device("fake", "fake", lanes, false);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> tensors, Width width) {
      if (broken) {
        throw new DeviceUnavailableException("GPU 0 fails");
      }
      check(tensors);
      tensors
          .values()
          .forEach(tensor -> {
            if (!tensor.shape().isEmpty() && tensor.shape().getLast() > longest) {
              throw new IllegalStateException("no position " + tensor.shape().getLast());
            }
          });
      widths.add(width);
      runs.add(tensors);
      return Map.of();
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
