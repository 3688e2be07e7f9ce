package dev.lockstep.inference.tiny;

import dev.lockstep.inference.InferenceServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A server of a folder of models, for whoever has the key {@code secret} and time. */
public final class KeyedServer {
  private KeyedServer() {}

  /** Starts one with what else a test sets. */
  public static InferenceServer of(Path models, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(more);
    all.put("lockstep.api-keys", "secret");
    all.put("lockstep.budget", "60s");
    all.put("lockstep.model", models.toString());
    return InferenceServer.start(new InferenceServer.Settings(0, Optional.empty(), all));
  }
}
