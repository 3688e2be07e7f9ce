package dev.lockstep.inference.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** ONNX Runtime on the CPU. A session may be run by many threads at once. */
public final class OnnxEngine implements Engine {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  /** Runs share it, closing takes it alone: a session closed under a run would crash the JVM. */
  private final ReadWriteLock life = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxEngine(OrtEnvironment environment, OrtSession session) throws OrtException {
    this.environment = environment;
    this.session = session;
    this.inputs = specs(session.getInputInfo().values());
    this.outputs = specs(session.getOutputInfo().values());
  }

  /**
   * Loads a model.
   *
   * @param model the bytes of an ONNX file
   * @param threads threads that one run uses
   * @throws IllegalStateException when ONNX Runtime refuses the model
   */
  public static OnnxEngine load(byte[] model, int threads) {
    OrtEnvironment environment = OrtLibrary.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      return new OnnxEngine(environment, environment.createSession(model, options));
    } catch (OrtException refused) {
      throw new IllegalStateException(
          "ONNX Runtime cannot load the model: " + refused.getMessage(), refused);
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
  public String provider() {
    return "cpu";
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> tensors) {
    InputCheck.check(inputs, tensors);
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      return runSession(tensors);
    } finally {
      life.readLock().unlock();
    }
  }

  private Map<String, Tensor> runSession(Map<String, Tensor> tensors) {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        feeds.put(tensor.getKey(), feed(tensor.getValue()));
      }
      try (OrtSession.Result result = session.run(feeds)) {
        return results(result);
      }
    } catch (OrtException failed) {
      throw new IllegalStateException("the model run failed: " + failed.getMessage(), failed);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor feed(Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return switch (tensor) {
      case Tensor.Int64(List<Long> _, long[] data) ->
          OnnxTensor.createTensor(environment, LongBuffer.wrap(data), shape);
      case Tensor.Float32(List<Long> _, float[] data) ->
          OnnxTensor.createTensor(environment, FloatBuffer.wrap(data), shape);
    };
  }

  private Map<String, Tensor> results(OrtSession.Result result) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> entry : result) {
      if (entry.getValue() instanceof OnnxTensor tensor) {
        tensors.put(entry.getKey(), tensor(tensor));
      }
    }
    return tensors;
  }

  private static Tensor tensor(OnnxTensor tensor) {
    List<Long> shape = Arrays.stream(tensor.getInfo().getShape()).boxed().toList();
    return switch (elementType(tensor.getInfo().type)) {
      case INT64 -> {
        LongBuffer buffer = tensor.getLongBuffer();
        long[] data = new long[buffer.remaining()];
        buffer.get(data);
        yield new Tensor.Int64(shape, data);
      }
      case FP32 -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] data = new float[buffer.remaining()];
        buffer.get(data);
        yield new Tensor.Float32(shape, data);
      }
    };
  }

  private static List<TensorSpec> specs(Collection<NodeInfo> nodes) {
    return nodes.stream()
        .filter(node -> node.getInfo() instanceof TensorInfo)
        .map(node -> {
          TensorInfo info = (TensorInfo) node.getInfo();
          return new TensorSpec(
              node.getName(),
              elementType(info.type),
              Arrays.stream(info.getShape()).boxed().toList());
        })
        .toList();
  }

  private static ElementType elementType(OnnxJavaType type) {
    return switch (type) {
      case INT64 -> ElementType.INT64;
      case FLOAT -> ElementType.FP32;
      case INT8, INT16, INT32, UINT8, FLOAT16, BFLOAT16, DOUBLE, BOOL, STRING, UNKNOWN ->
          throw new IllegalStateException(
              "the model has a tensor of type %s; served are INT64 and FP32".formatted(type));
    };
  }

  /** Waits for the runs under way. Closing twice is closing once. */
  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException failed) {
      throw new IllegalStateException("the session did not close: " + failed.getMessage(), failed);
    } finally {
      life.writeLock().unlock();
    }
  }
}
