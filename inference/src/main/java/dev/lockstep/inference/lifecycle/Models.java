package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.engine.UnusableModelException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this server by name, each with its state. One that is refused keeps its reason and
 * harms no other.
 */
public final class Models implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  private final Repository repository;
  private final Map<String, ModelState> states = Collections.synchronizedMap(new LinkedHashMap<>());

  /** Loading and unloading is rare and one at a time, so that a name has one outcome. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Models that can be loaded; none is yet. */
  public Models(Repository repository) {
    this.repository = repository;
    repository.names().forEach(name -> states.put(name, new ModelState.Loading()));
  }

  /** Loads all of them, one after the other. */
  public void loadAll() {
    repository.names().forEach(this::load);
  }

  /**
   * Loads a model, or loads it again. While that goes on, and when it fails, the one that served
   * goes on serving, and its state keeps the reason.
   *
   * @return what became of it; empty when nobody knows the name
   * @throws DeviceUnavailableException when not the model but the device is to blame
   */
  public Optional<ModelState> load(String name) {
    changing.lock();
    try {
      return repository
          .find(name)
          .map(loader -> {
            ModelState next = load(name, loader);
            settle(name, next);
            return next;
          });
    } finally {
      changing.unlock();
    }
  }

  /** Whatever goes wrong with one model is that model's, and a device that fails is all's. */
  private ModelState load(String name, Repository.Loader loader) {
    try {
      return ModelState.ready(loader.load());
    } catch (DeviceUnavailableException failed) {
      settle(name, new ModelState.Refused(failed.problem()));
      throw failed;
    } catch (UnusableModelException refused) {
      return new ModelState.Refused(refused.reason());
    } catch (RuntimeException failed) {
      LOG.warn("model {} could not be loaded", name, failed);
      return new ModelState.Refused(String.valueOf(failed.getMessage()));
    }
  }

  private void settle(String name, ModelState next) {
    if (states.get(name) instanceof ModelState.Ready serving
        && next instanceof ModelState.Refused(String reason)) {
      serving.refuseReload(reason);
    } else {
      replace(name, next);
    }
  }

  /** Takes a model away once its requests under way have ended. False when nobody knows it. */
  public boolean unload(String name) {
    changing.lock();
    try {
      if (!states.containsKey(name)) {
        return false;
      }
      replace(name, new ModelState.Unloaded());
      return true;
    } finally {
      changing.unlock();
    }
  }

  private void replace(String name, ModelState next) {
    Optional.ofNullable(states.put(name, next)).ifPresent(Models::release);
  }

  /** Every model's state, by name. */
  public Map<String, ModelState> states() {
    synchronized (states) {
      return new LinkedHashMap<>(states);
    }
  }

  /**
   * What can be loaded now, and what has a state, which may have gone from the repository since.
   */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(repository.names());
    names.addAll(states().keySet());
    return names;
  }

  /** A model that serves, kept open until the lease is closed. */
  public Optional<Lease> lease(String name) {
    return states.get(name) instanceof ModelState.Ready ready ? ready.lease() : Optional.empty();
  }

  /** The names of those that serve. */
  public List<String> ready() {
    return states().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof ModelState.Ready)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether none serves. */
  public boolean isEmpty() {
    return ready().isEmpty();
  }

  private static void release(ModelState state) {
    switch (state) {
      case ModelState.Ready ready -> ready.release();
      case ModelState.Loading _, ModelState.Refused _, ModelState.Unloaded _ -> {}
    }
  }

  @Override
  public void close() {
    states().keySet().forEach(this::unload);
  }
}
