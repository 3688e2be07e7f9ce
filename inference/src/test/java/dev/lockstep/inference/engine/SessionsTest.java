package dev.lockstep.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX Runtime is told about a GPU that is not here. */
final class SessionsTest {
  @TempDir Path folder;

  @Test
  void runsAndCopiesOfACudaSessionShareItsOneStream() {
    assertThat(Sessions.cudaOptions())
        .containsEntry("do_copy_in_default_stream", "1")
        .containsEntry("arena_extend_strategy", "kSameAsRequested")
        .hasSize(2);
  }

  @Test
  void tensorRtKeepsWhatItBuiltWhereItIsTold() {
    assertThat(Sessions.tensorRtOptions(tensorRt(Optional.of(folder))))
        .containsEntry("trt_fp16_enable", "1")
        .containsEntry("trt_engine_cache_enable", "1")
        .containsEntry("trt_engine_cache_path", folder.toString())
        .containsEntry("trt_timing_cache_enable", "1")
        .containsEntry("trt_timing_cache_path", folder.toString())
        .hasSize(5);
  }

  @Test
  void withoutAFolderTensorRtKeepsNothing() {
    assertThat(Sessions.tensorRtOptions(tensorRt(Optional.empty())))
        .containsOnlyKeys("trt_fp16_enable");
  }

  @Test
  void aCacheThatIsNoFolderIsRefusedAndNotSilentlyUnused() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> Sessions.tensorRtOptions(tensorRt(Optional.of(file))))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessage(
            "LOCKSTEP_ENGINE_CACHE is '%s', which is no folder that can be written to"
                .formatted(file));
    assertThatThrownBy(
            () -> Sessions.tensorRtOptions(tensorRt(Optional.of(folder.resolve("nowhere")))))
        .isInstanceOf(DeviceUnavailableException.class);
  }

  @Test
  void aFailureOfCudaIsTheDevicesAndAnyOtherTheModels() {
    assertThat(Sessions.isOfDevice(new OrtException(OrtErrorCode.ORT_EP_FAIL, "no context")))
        .isTrue();
    assertThat(
            Sessions.isOfDevice(
                new OrtException(OrtErrorCode.ORT_FAIL, "CUDA failure 2: out of memory")))
        .isTrue();
    assertThat(
            Sessions.isOfDevice(
                new OrtException(OrtErrorCode.ORT_RUNTIME_EXCEPTION, "indices out of bounds")))
        .isFalse();
  }

  @Test
  void aGpuRunsOneLaneUnlessItIsToldOtherwise() {
    assertThat(EngineSettings.of(EngineSettings.Provider.CUDA, 8).lanes()).isEqualTo(1);
    assertThat(EngineSettings.of(EngineSettings.Provider.CPU, 8).lanes()).isEqualTo(8);
  }

  private static EngineSettings tensorRt(Optional<Path> cache) {
    return new EngineSettings(EngineSettings.Provider.TENSORRT, 1, 0, cache, /* packing= */ false);
  }
}
