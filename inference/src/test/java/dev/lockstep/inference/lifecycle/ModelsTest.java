package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.UnusableModelException;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models that come and go while requests use them. */
final class ModelsTest {
  private final FakeRepository folder = new FakeRepository();

  @AfterEach
  void stop() {
    folder.close();
  }

  @Test
  void oneThatIsRefusedKeepsItsReasonAndHarmsNoOther() {
    folder.put("good");
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
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    folder.put("model", refused("tokenizer.json is cut off"));

    Optional<ModelState> outcome = models.load("model");

    assertThat(outcome).contains(new ModelState.Refused("tokenizer.json is cut off"));
    ModelState state = state(models, "model");
    assertThat(state.label()).isEqualTo("READY");
    assertThat(state.trouble()).contains("tokenizer.json is cut off");
    assertThat(models.lease("model")).isPresent();
    assertThat(folder.closings()).containsExactly(0);
  }

  @Test
  void aModelThatFailsInAWayNobodyThoughtOfHarmsNoOtherEither() {
    folder.put("odd", new IllegalStateException("the model run failed: no kernel"));
    folder.put("good");
    Models models = new Models(folder);

    models.loadAll();

    assertThat(models.ready()).containsExactly("good");
    assertThat(state(models, "odd").trouble()).contains("the model run failed: no kernel");
  }

  @Test
  void aDeviceThatFailsAtTheStartStopsItBecauseNoModelWouldServe() {
    folder.put("model", new DeviceUnavailableException("GPU 0 does not start"));
    Models models = new Models(folder);

    assertThatThrownBy(models::loadAll).isInstanceOf(DeviceUnavailableException.class);
    assertThat(state(models, "model").trouble()).contains("GPU 0 does not start");
  }

  @Test
  void aDeviceThatFailsDuringAReloadLeavesTheOldModelServingAndItsStateSaysWhy() {
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    folder.put("model", new DeviceUnavailableException("GPU 0 fails: out of memory"));

    assertThatThrownBy(() -> models.load("model")).hasMessage("GPU 0 fails: out of memory");

    assertThat(state(models, "model").label()).isEqualTo("READY");
    assertThat(state(models, "model").trouble()).contains("GPU 0 fails: out of memory");
    assertThat(models.isEmpty()).isFalse();
    assertThat(folder.closings()).containsExactly(0);
  }

  @Test
  void aReloadThatWorksForgetsTheReasonOfTheOneThatDidNot() {
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    folder.put("model", refused("half a file"));
    models.load("model");
    folder.put("model");

    models.load("model");

    assertThat(state(models, "model").trouble()).isEmpty();
    assertThat(folder.closings()).containsExactly(1, 0);
  }

  @Test
  void aModelThatIsReplacedStaysOpenForThoseWhoUseIt() {
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    Lease old = models.lease("model").orElseThrow();

    models.load("model");

    assertThat(folder.closings()).containsExactly(0, 0);
    old.close();
    old.close();
    assertThat(folder.closings()).containsExactly(1, 0);
  }

  @Test
  void aModelThatIsUnloadedIsGoneForNewRequestsAndClosedAfterTheLastOld() {
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    Lease first = models.lease("model").orElseThrow();
    Lease second = models.lease("model").orElseThrow();

    assertThat(models.unload("model")).isTrue();

    assertThat(models.lease("model")).isEmpty();
    assertThat(models.ready()).isEmpty();
    assertThat(state(models, "model").label()).isEqualTo("UNAVAILABLE");
    first.close();
    assertThat(folder.closings()).containsExactly(0);
    second.close();
    assertThat(folder.closings()).containsExactly(1);
  }

  @Test
  void aModelThatWasUnloadedCanBeLoadedAgain() {
    folder.put("model");
    Models models = new Models(folder);
    models.loadAll();
    models.unload("model");

    models.load("model");

    assertThat(models.ready()).containsExactly("model");
    assertThat(folder.closings()).containsExactly(1, 0);
  }

  @Test
  void aFolderThatIsPutThereLaterCanBeLoaded() {
    Models models = new Models(folder);
    models.loadAll();
    assertThat(models.load("late")).isEmpty();
    folder.put("late");

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
    folder.put("one");
    folder.put("two");
    Models models = new Models(folder);
    models.loadAll();

    models.close();
    models.close();

    assertThat(folder.closings()).containsExactly(1, 1);
  }

  private static ModelState state(Models models, String name) {
    return Objects.requireNonNull(models.states().get(name), name);
  }

  private static UnusableModelException refused(String reason) {
    return new UnusableModelException(reason);
  }
}
