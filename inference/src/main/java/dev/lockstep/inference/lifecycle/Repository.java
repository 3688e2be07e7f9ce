package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.engine.UnusableModelException;
import java.util.List;
import java.util.Optional;

/** Where models come from. Looked at anew each time: a folder may be put there while it serves. */
public interface Repository {

  /** Gets a model ready, warm-up included. */
  @FunctionalInterface
  interface Loader {
    /**
     * Loads one.
     *
     * @throws UnusableModelException with the reason when it cannot be served
     */
    ServedModel load();
  }

  /** What can be loaded, in the order in which clients see it. */
  List<String> names();

  /** How to load one of them; nothing when there is none of that name. */
  Optional<Loader> find(String name);
}
