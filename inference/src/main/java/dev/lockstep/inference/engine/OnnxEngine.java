package dev.lockstep.inference.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime on the CPU or a GPU. A session may be run by many threads at once.
 *
 * <p>On a CPU of several cores there are two sessions: one whose runs take one thread, which as
 * many callers use at once as there are lanes, and one whose runs take all of them. The weights are
 * held twice for it, which buys a lone caller half the wait.
 */
public final class OnnxEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxEngine.class);

  /** Whoever closes has drained before, so a run that still goes on is one that hangs. */
  private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(2);

  private final OrtEnvironment environment;
  private final Device device;
  private final OrtSession lane;
  private final Optional<OrtSession> whole;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final OutputMemory memory;
  private final boolean packs;

  /** Runs share it, closing takes it alone: a session closed under a run would crash the JVM. */
  private final ReadWriteLock life = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxEngine(Device device, OrtSession lane, Optional<OrtSession> whole, boolean packs)
      throws OrtException {
    this.environment = OrtLibrary.environment();
    this.device = device;
    this.lane = lane;
    this.whole = whole;
    this.inputs = specs(lane.getInputInfo().values());
    this.outputs = specs(lane.getOutputInfo().values());
    this.memory = new OutputMemory(inputs, outputs);
    this.packs = packs;
  }

  /**
   * Refuses a device that this build cannot use, before anything is loaded.
   *
   * @throws DeviceUnavailableException saying what is missing and what there is
   */
  public static void requireAvailable(EngineSettings.Provider provider) {
    Sessions.requireAvailable(provider);
  }

  /**
   * Loads a model.
   *
   * @throws DeviceUnavailableException when the device is not there
   * @throws UnusableModelException when ONNX Runtime refuses the model
   */
  public static OnnxEngine load(ModelSource model, EngineSettings settings) {
    Sessions.requireAvailable(settings.provider());
    return load(settings, threads -> Sessions.open(model, settings, threads));
  }

  /**
   * Loads a model whose runs give a vector a token, rewritten so that texts may share a row where
   * that is wanted and its graph is one that can be.
   *
   * @throws DeviceUnavailableException when the device is not there
   * @throws UnusableModelException when ONNX Runtime refuses the model
   */
  public static OnnxEngine loadPacked(ModelSource model, EngineSettings settings) {
    Sessions.requireAvailable(settings.provider());
    if (!settings.packing()) {
      return load(model, settings);
    }
    return switch (PackedGraph.of(model)) {
      case PackedGraph.Outcome.Unchanged(String why) -> {
        LOG.info("each text has a row of its own: {}", why);
        yield load(model, settings);
      }
      case PackedGraph.Outcome.Rewritten(ModelSource packed) ->
          load(settings, /* packs= */ true, threads -> Sessions.open(packed, settings, threads));
    };
  }

  /** Opens a session whose runs take so many threads. */
  interface Opener {
    OrtSession open(int threads);
  }

  static OnnxEngine load(EngineSettings settings, Opener opener) {
    return load(settings, /* packs= */ false, opener);
  }

  private static OnnxEngine load(EngineSettings settings, boolean packs, Opener opener) {
    boolean cpu = settings.provider() == EngineSettings.Provider.CPU;
    String name = cpu ? settings.lanes() + " CPU threads" : "GPU " + settings.gpu();
    Device device = new Device(settings.provider().label(), name, settings.lanes(), !cpu);
    List<OrtSession> opened = new ArrayList<>();
    try {
      OrtSession lane = opener.open(1);
      opened.add(lane);
      Optional<OrtSession> whole = Optional.empty();
      if (cpu && settings.lanes() > 1) {
        whole = Optional.of(opener.open(settings.lanes()));
        opened.add(whole.get());
      }
      return new OnnxEngine(device, lane, whole, packs);
    } catch (OrtException failed) {
      closeAfter(failed, opened);
      throw new UnusableModelException(
          "the model does not say its tensors: " + failed.getMessage());
    } catch (RuntimeException failed) {
      closeAfter(failed, opened);
      throw failed;
    }
  }

  /** A session is the weights in memory: one that nobody will use must not stay. */
  private static void closeAfter(Exception failure, List<OrtSession> sessions) {
    for (OrtSession session : sessions) {
      try {
        session.close();
      } catch (OrtException failed) {
        failure.addSuppressed(failed);
      }
    }
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public boolean packs() {
    return packs;
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> tensors, Width width) {
    return open(tensors, width, session -> run(session, tensors, Map.of()));
  }

  @Override
  public Outputs lend(Map<String, Tensor> tensors, Width width) {
    return open(tensors, width, session -> lend(session, tensors));
  }

  /** Does something with the session for a width, which stays open meanwhile. */
  private <R> R open(Map<String, Tensor> tensors, Width width, Function<OrtSession, R> work) {
    InputCheck.check(inputs, tensors);
    OrtSession session =
        switch (width) {
          case LANE -> lane;
          case WHOLE -> whole.orElse(lane);
        };
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      return work.apply(session);
    } finally {
      life.readLock().unlock();
    }
  }

  private Outputs lend(OrtSession session, Map<String, Tensor> tensors) {
    OutputMemory.Place place = memory.take(tensors);
    if (place.bound().isEmpty()) {
      memory.giveBack(place);
      return unbound(session, tensors);
    }
    try {
      return new Outputs(run(session, tensors, place.bound()), () -> memory.giveBack(place));
    } catch (IllegalStateException failed) {
      // Memory of the wrong shape ends a run too; if it was the inputs, they end this one as well.
      Outputs outputs = unbound(session, tensors);
      place.bound().keySet().forEach(memory::distrust);
      LOG.warn(
          "outputs {} are not bound any more: {}", place.bound().keySet(), failed.getMessage());
      return outputs;
    }
  }

  private Outputs unbound(OrtSession session, Map<String, Tensor> tensors) {
    Map<String, Tensor> came = run(session, tensors, Map.of());
    memory.learn(tensors, came);
    return Outputs.owned(came);
  }

  /**
   * One run.
   *
   * @param bound outputs whose memory is there, which are among those that come back
   */
  private Map<String, Tensor> run(
      OrtSession session, Map<String, Tensor> tensors, Map<String, Tensor.Numbers> bound) {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    Map<String, OnnxTensor> places = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        feeds.put(tensor.getKey(), OrtTensors.feed(environment, tensor.getValue()));
      }
      for (Map.Entry<String, Tensor.Numbers> place : bound.entrySet()) {
        places.put(place.getKey(), OrtTensors.feed(environment, place.getValue()));
      }
      try (OrtSession.Result result = session.run(feeds, others(bound.keySet()), places)) {
        return results(result, bound);
      }
    } catch (OrtException failed) {
      if (device.separate() && Sessions.isOfDevice(failed)) {
        throw new DeviceUnavailableException(
            "%s fails: %s".formatted(device.name(), failed.getMessage()));
      }
      throw new IllegalStateException("the model run failed: " + failed.getMessage(), failed);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
      places.values().forEach(OnnxTensor::close);
    }
  }

  private Set<String> others(Set<String> bound) {
    Set<String> others = new LinkedHashSet<>();
    for (TensorSpec output : outputs) {
      if (!bound.contains(output.name())) {
        others.add(output.name());
      }
    }
    return others;
  }

  private static Map<String, Tensor> results(
      OrtSession.Result result, Map<String, Tensor.Numbers> bound) throws OrtException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(bound);
    for (Map.Entry<String, OnnxValue> entry : result) {
      if (!bound.containsKey(entry.getKey()) && entry.getValue() instanceof OnnxTensor tensor) {
        tensors.put(entry.getKey(), OrtTensors.read(tensor));
      }
    }
    return tensors;
  }

  private static List<TensorSpec> specs(Collection<NodeInfo> nodes) {
    return nodes.stream().map(OnnxEngine::spec).toList();
  }

  private static TensorSpec spec(NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo info) {
      return new TensorSpec(
          node.getName(),
          OrtTensors.elementType(info.onnxType).orElseThrow(() -> unserved(node.getName(), info)),
          Arrays.stream(info.getShape()).boxed().toList(),
          List.of(info.getDimensionNames()));
    }
    throw new UnusableModelException(
        "the model's '%s' is not a tensor; sequences and maps are not served"
            .formatted(node.getName()));
  }

  private static UnusableModelException unserved(String tensor, TensorInfo info) {
    return new UnusableModelException(
        "the model's '%s' is of the type %s, which ONNX Runtime's Java interface does not have; served are %s"
            .formatted(
                tensor,
                info.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", ""),
                Arrays.toString(ElementType.values())));
  }

  /**
   * Waits for the runs under way, but not without end: a run that hangs holds its session, and the
   * process ends with both. Closing twice is closing once.
   */
  @Override
  public void close() {
    if (!locked()) {
      LOG.error(
          "a run on {} did not end within {} s; its session is left open",
          device.name(),
          CLOSING_PATIENCE.toSeconds());
      return;
    }
    try {
      if (!closed) {
        closed = true;
        lane.close();
        if (whole.isPresent()) {
          whole.get().close();
        }
      }
    } catch (OrtException failed) {
      throw new IllegalStateException("a session did not close: " + failed.getMessage(), failed);
    } finally {
      life.writeLock().unlock();
    }
  }

  /** An interrupted caller does not wait at all. */
  private boolean locked() {
    try {
      return life.writeLock().tryLock(CLOSING_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return life.writeLock().tryLock();
    }
  }
}
