package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.BatchListener;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Lanes;
import dev.lockstep.inference.batching.TensorModel;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Models that a test puts there and takes away, and the engines that were opened for them. */
public final class FakeRepository implements Repository, AutoCloseable {
  private static final BatchLimits LIMITS = new BatchLimits(256, 32, 1);

  private final Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, BatchListener.NONE);
  private final Map<String, Loader> loaders = new LinkedHashMap<>();
  private final List<FakeEngine> engines = new ArrayList<>();

  public void put(String name) {
    put(name, this::model);
  }

  void put(String name, Loader loader) {
    loaders.put(name, loader);
  }

  /** One that cannot be loaded. */
  void put(String name, RuntimeException problem) {
    put(
        name,
        () -> {
          throw problem;
        });
  }

  /** How often each engine was closed, in the order in which they were opened. */
  List<Integer> closings() {
    return engines.stream().map(engine -> engine.closings).toList();
  }

  public Batcher batcher() {
    return batcher;
  }

  @Override
  public List<String> names() {
    return List.copyOf(loaders.keySet());
  }

  @Override
  public Optional<Loader> find(String name) {
    return Optional.ofNullable(loaders.get(name));
  }

  @Override
  public void close() {
    batcher.close();
  }

  private ServedModel model() {
    FakeEngine engine = new FakeEngine();
    engines.add(engine);
    ModelCard card =
        new ModelCard("model", "1", "0".repeat(64), new Task.Tensors(), ModelCard.Batching.DEFAULT);
    return new ServedModel(
        card, engine, new TensorModel(engine, LIMITS, batcher), Optional.empty());
  }

  private static final class FakeEngine implements Engine {
    private int closings;

    @Override
    public List<TensorSpec> inputs() {
      return List.of();
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of();
    }

    @Override
    public Device device() {
      return new Device("fake", "fake", 1, false);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Width width) {
      return Map.of();
    }

    @Override
    public void close() {
      closings++;
    }
  }
}
