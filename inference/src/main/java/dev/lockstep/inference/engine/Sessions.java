package dev.lockstep.inference.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Opens sessions of ONNX Runtime on the device that was asked for, or says why it cannot. */
final class Sessions {
  private Sessions() {}

  /**
   * Refuses a device that is not there, by name: ONNX Runtime itself would serve from the CPU with
   * a warning.
   *
   * @throws DeviceUnavailableException saying what is missing and what there is
   */
  static void requireAvailable(EngineSettings.Provider provider) {
    OrtLibrary.environment();
    Set<OrtProvider> available = OrtEnvironment.getAvailableProviders();
    if (!available.contains(ortProvider(provider))) {
      throw new DeviceUnavailableException(
          "LOCKSTEP_PROVIDER is '%s'; this build of ONNX Runtime has %s. The image needs onnxruntime_gpu in place of onnxruntime"
              .formatted(
                  provider.label(),
                  available.stream()
                      .map(OrtProvider::getName)
                      .collect(Collectors.toCollection(TreeSet::new))));
    }
  }

  private static OrtProvider ortProvider(EngineSettings.Provider provider) {
    return switch (provider) {
      case CPU -> OrtProvider.CPU;
      case CUDA -> OrtProvider.CUDA;
      case TENSORRT -> OrtProvider.TENSOR_RT;
    };
  }

  /**
   * Opens a session.
   *
   * @param threads CPU threads that one run uses
   */
  static OrtSession open(ModelSource model, EngineSettings settings, int threads) {
    OrtEnvironment environment = OrtLibrary.environment();
    try (SessionOptions options = new SessionOptions()) {
      options.setInterOpNumThreads(1);
      options.setIntraOpNumThreads(threads);
      // Threads that wait for the next run by turning in circles take the core that a lane runs on.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      addProvider(options, settings);
      return switch (model) {
        case ModelSource.Bytes(byte[] onnx) -> environment.createSession(onnx, options);
        case ModelSource.File(var onnx) -> environment.createSession(onnx.toString(), options);
      };
    } catch (OrtException refused) {
      throw refusal(settings, refused);
    }
  }

  private static RuntimeException refusal(EngineSettings settings, OrtException refused) {
    return isOfDevice(refused) && settings.provider() != EngineSettings.Provider.CPU
        ? new DeviceUnavailableException(
            "LOCKSTEP_PROVIDER is '%s'; GPU %d does not start: %s"
                .formatted(settings.provider().label(), settings.gpu(), refused.getMessage()))
        : new UnusableModelException("ONNX Runtime cannot load the model: " + refused.getMessage());
  }

  /** Whether a GPU is to blame and not the model that was to run on it. */
  static boolean isOfDevice(OrtException failed) {
    return switch (failed.getCode()) {
      case ORT_EP_FAIL, ORT_ENGINE_ERROR -> true;
      default -> String.valueOf(failed.getMessage()).contains("CUDA");
    };
  }

  private static void addProvider(SessionOptions options, EngineSettings settings)
      throws OrtException {
    switch (settings.provider()) {
      case CPU -> {}
      case CUDA -> addCuda(options, settings);
      case TENSORRT -> {
        addTensorRt(options, settings);
        // What TensorRT cannot do stays on the GPU.
        addCuda(options, settings);
      }
    }
  }

  private static void addCuda(SessionOptions options, EngineSettings settings) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(settings.gpu())) {
      for (Map.Entry<String, String> option : cudaOptions().entrySet()) {
        cuda.add(option.getKey(), option.getValue());
      }
      options.addCUDA(cuda);
    }
  }

  /**
   * A session has one stream of its own, on which its runs and their copies follow each other:
   * copies on a stream beside it would race with the run. Memory grows by what is asked for and not
   * by doubling, because the card is shared with whatever else is on it.
   *
   * @see <a href="https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html">CUDA
   *     execution provider</a>
   */
  static Map<String, String> cudaOptions() {
    return Map.of("arena_extend_strategy", "kSameAsRequested", "do_copy_in_default_stream", "1");
  }

  private static void addTensorRt(SessionOptions options, EngineSettings settings)
      throws OrtException {
    try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(settings.gpu())) {
      for (Map.Entry<String, String> option : tensorRtOptions(settings).entrySet()) {
        tensorRt.add(option.getKey(), option.getValue());
      }
      options.addTensorrt(tensorRt);
    }
  }

  /**
   * An engine is built at the first run of each shape, in minutes; its cache makes the next start
   * one of seconds.
   *
   * @throws DeviceUnavailableException when the cache is no folder that can be written to
   * @see <a
   *     href="https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html">TensorRT
   *     execution provider</a>
   */
  static Map<String, String> tensorRtOptions(EngineSettings settings) {
    Map<String, String> options = new TreeMap<>();
    options.put("trt_fp16_enable", "1");
    settings
        .engineCache()
        .map(Sessions::usable)
        .ifPresent(folder -> {
          options.put("trt_engine_cache_enable", "1");
          options.put("trt_engine_cache_path", folder.toString());
          options.put("trt_timing_cache_enable", "1");
          options.put("trt_timing_cache_path", folder.toString());
        });
    return options;
  }

  /** TensorRT itself would build every engine anew at each start, and say nothing. */
  private static Path usable(Path folder) {
    if (Files.isDirectory(folder) && Files.isWritable(folder)) {
      return folder;
    }
    throw new DeviceUnavailableException(
        "LOCKSTEP_ENGINE_CACHE is '%s', which is no folder that can be written to"
            .formatted(folder));
  }
}
