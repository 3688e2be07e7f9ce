package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models that come and go while requests use them. */
final class ModelsTest {
  private static final BatchLimits LIMITS = new BatchLimits(256, 32, 1);

  private final Batcher batcher = Batcher.start(new Lanes(1, 0), Ticker.SYSTEM, BatchListener.NONE);
  private final Folder folder = new Folder();
  private final List<FakeEngine> engines = new ArrayList<>();

  @AfterEach
  void stop() {
    batcher.close();
  }

  @Test
  void oneThatIsRefusedKeepsItsReasonAndHarmsNoOther() {
    folder.put("good", this::model);
    folder.put("bad", refused("model.onnx is no model"));
    Models models = new Models(folder);
    assertThat(models.states()).containsValue(new ModelState.Loading());

    models.loadAll();

    assertThat(models.ready()).containsExactly("good");
    assertThat(state(models, "bad")).isEqualTo(new ModelState.Refused("model.onnx is no model"));
    assertThat(models.lease("bad")).isEmpty();
  }

  @Test
  void aReloadThatFailsLeavesTheOldOneServingAndItsStateSaysWhy() {
    folder.put("model", this::model);
    Models models = new Models(folder);
    models.loadAll();
    folder.put("model", refused("tokenizer.json is cut off"));

    Optional<ModelState> outcome = models.load("model");

    assertThat(outcome).contains(new ModelState.Refused("tokenizer.json is cut off"));
    ModelState state = state(models, "model");
    assertThat(state.label()).isEqualTo("READY");
    assertThat(state.trouble()).contains("tokenizer.json is cut off");
    assertThat(models.lease("model")).isPresent();
    assertThat(engines).singleElement().matches(engine -> engine.closed == 0);
  }

  @Test
  void aReloadThatWorksForgetsTheReasonOfTheOneThatDidNot() {
    folder.put("model", this::model);
    Models models = new Models(folder);
    models.loadAll();
    folder.put("model", refused("half a file"));
    models.load("model");
    folder.put("model", this::model);

    models.load("model");

    assertThat(state(models, "model").trouble()).isEmpty();
    assertThat(engines).map(engine -> engine.closed).containsExactly(1, 0);
  }

  @Test
  void aModelThatIsReplacedStaysOpenForThoseWhoUseIt() {
    folder.put("model", this::model);
    Models models = new Models(folder);
    models.loadAll();
    Lease old = models.lease("model").orElseThrow();

    models.load("model");

    assertThat(engines).map(engine -> engine.closed).containsExactly(0, 0);
    old.close();
    old.close();
    assertThat(engines).map(engine -> engine.closed).containsExactly(1, 0);
  }

  @Test
  void aModelThatIsUnloadedIsGoneForNewRequestsAndClosedAfterTheLastOld() {
    folder.put("model", this::model);
    Models models = new Models(folder);
    models.loadAll();
    Lease first = models.lease("model").orElseThrow();
    Lease second = models.lease("model").orElseThrow();

    assertThat(models.unload("model")).isTrue();

    assertThat(models.lease("model")).isEmpty();
    assertThat(models.ready()).isEmpty();
    assertThat(state(models, "model").label()).isEqualTo("UNAVAILABLE");
    first.close();
    assertThat(engines.getFirst().closed).isZero();
    second.close();
    assertThat(engines.getFirst().closed).isEqualTo(1);
  }

  @Test
  void aModelThatWasUnloadedCanBeLoadedAgain() {
    folder.put("model", this::model);
    Models models = new Models(folder);
    models.loadAll();
    models.unload("model");

    models.load("model");

    assertThat(models.ready()).containsExactly("model");
    assertThat(engines).map(engine -> engine.closed).containsExactly(1, 0);
  }

  @Test
  void aFolderThatIsPutThereLaterCanBeLoaded() {
    Models models = new Models(folder);
    models.loadAll();
    assertThat(models.load("late")).isEmpty();
    folder.put("late", this::model);

    assertThat(models.load("late")).isPresent();
    assertThat(models.ready()).containsExactly("late");
  }

  @Test
  void nobodyKnowsANameThatWasNeverThere() {
    Models models = new Models(folder);

    assertThat(models.load("nothing")).isEmpty();
    assertThat(models.unload("nothing")).isFalse();
    assertThat(models.lease("nothing")).isEmpty();
  }

  @Test
  void closingClosesEachModelOnce() {
    folder.put("one", this::model);
    folder.put("two", this::model);
    Models models = new Models(folder);
    models.loadAll();

    models.close();
    models.close();

    assertThat(engines).map(engine -> engine.closed).containsExactly(1, 1);
  }

  private static ModelState state(Models models, String name) {
    return Objects.requireNonNull(models.states().get(name), name);
  }

  private static Repository.Loader refused(String reason) {
    return () -> {
      throw new UnusableModelException(reason);
    };
  }

  private ServedModel model() {
    FakeEngine engine = new FakeEngine();
    engines.add(engine);
    ModelCard card =
        new ModelCard("model", "1", "0".repeat(64), new Task.Tensors(), ModelCard.Batching.DEFAULT);
    return new ServedModel(
        card, engine, new TensorModel(engine, LIMITS, batcher), Optional.empty());
  }

  private static final class Folder implements Repository {
    private final Map<String, Loader> loaders = new LinkedHashMap<>();

    void put(String name, Loader loader) {
      loaders.put(name, loader);
    }

    @Override
    public List<String> names() {
      return List.copyOf(loaders.keySet());
    }

    @Override
    public Optional<Loader> find(String name) {
      return Optional.ofNullable(loaders.get(name));
    }
  }

  private static final class FakeEngine implements Engine {
    int closed;

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
      closed++;
    }
  }
}
