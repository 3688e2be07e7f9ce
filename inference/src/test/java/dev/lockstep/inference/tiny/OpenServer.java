package dev.lockstep.inference.tiny;

import dev.lockstep.inference.InferenceServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A server of a folder of models, for everybody who has time. */
public final class OpenServer {
  private OpenServer() {}

  public static InferenceServer of(Path models) {
    return InferenceServer.start(
        new InferenceServer.Settings(0, Optional.empty(), settings(models)));
  }

  /** What makes a server one, for a test that has to start it itself. */
  public static Map<String, Object> settings(Path models) {
    return Map.of(
        "lockstep.anonymous", true, "lockstep.budget", "60s", "lockstep.model", models.toString());
  }
}
