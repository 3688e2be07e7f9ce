package dev.lockstep.inference.serving;

import dev.lockstep.inference.lifecycle.Health;
import dev.lockstep.inference.lifecycle.Lease;
import dev.lockstep.inference.lifecycle.Liveness;
import dev.lockstep.inference.lifecycle.Models;
import dev.lockstep.inference.lifecycle.ServedModel;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Which models there are, and how the server is, for whoever asks about them and runs nothing. */
@Singleton
public final class ModelDirectory {
  /** What all models run on, in the words of the Open Inference Protocol. */
  public static final String PLATFORM = "onnxruntime_onnx";

  private final Models models;
  private final Health health;
  private final Liveness liveness;

  ModelDirectory(Models models, Health health, Liveness liveness) {
    this.models = models;
    this.health = health;
    this.liveness = liveness;
  }

  /** False when the device hangs, never because it is busy. */
  public boolean isLive() {
    return liveness.isAlive();
  }

  /** Whether the server can serve. */
  public boolean isReady() {
    return health.canServe();
  }

  /** Whether there is a model of that name, and it does not serve. */
  public boolean isUnready(String name) {
    return models.states().containsKey(name) && !models.ready().contains(name);
  }

  /**
   * A model that serves, kept open until the lease is closed.
   *
   * @throws ApiException of the kind NOT_FOUND when it does not, or not in that version
   */
  public Lease lease(String name, Optional<String> version) {
    Lease lease =
        models.lease(name).orElseThrow(() -> ApiException.unknownModel(name, models.ready()));
    try {
      requireVersion(lease.model(), version);
      return lease;
    } catch (ApiException refused) {
      lease.close();
      throw refused;
    }
  }

  /** A folder has one version of its model. */
  public static List<String> versions(ServedModel model) {
    return List.of(model.card().version());
  }

  static ServedModel requireVersion(ServedModel model, Optional<String> asked) {
    if (asked.isPresent() && !versions(model).contains(asked.get())) {
      throw ApiException.unknownVersion(model.card().name(), asked.get(), versions(model));
    }
    return model;
  }
}
