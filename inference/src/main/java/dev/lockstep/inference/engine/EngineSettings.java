package dev.lockstep.inference.engine;

import dev.lockstep.inference.settings.Bounds;
import dev.lockstep.inference.settings.UnusableSettingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which device, and how it is used.
 *
 * @param lanes runs side by side, each on one CPU thread; on a GPU they follow each other on the
 *     session's one stream
 * @param gpu the GPU's number; of no meaning on a CPU
 * @param engineCache where TensorRT keeps what it built, so that the next start does not build it
 *     again
 * @param packing whether the graph of a text model is rewritten so that texts may share a row
 */
public record EngineSettings(
    Provider provider, int lanes, int gpu, Optional<Path> engineCache, boolean packing) {
  public EngineSettings {
    Bounds.requireAtLeast(1, "LOCKSTEP_LANES", lanes);
    Bounds.requireAtLeast(0, "LOCKSTEP_GPU", gpu);
  }

  /** What ONNX Runtime calls an execution provider. */
  public enum Provider {
    CPU,
    CUDA,
    TENSORRT;

    /**
     * The provider an operator asks for.
     *
     * @throws UnusableSettingException naming what was seen and what is allowed
     */
    public static Provider named(String name) {
      return Arrays.stream(values())
          .filter(provider -> provider.label().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new UnusableSettingException(
                  "LOCKSTEP_PROVIDER is '%s'; known are %s"
                      .formatted(
                          name,
                          Arrays.stream(values())
                              .map(Provider::label)
                              .collect(Collectors.joining(", ")))));
    }

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One lane a core on a CPU: two runs of one thread finish more than one of two. One on a GPU: its
   * kernels fill it, and a second stream only makes both slower. Texts share rows on a CPU, where
   * each token of padding costs what a real one does; a GPU has kernels of its own for masks that
   * it knows, and the graph stays as they know it.
   */
  public static EngineSettings of(Provider provider, int cores) {
    return switch (provider) {
      case CPU -> new EngineSettings(provider, cores, 0, Optional.empty(), /* packing= */ true);
      case CUDA, TENSORRT ->
          new EngineSettings(provider, 1, 0, Optional.empty(), /* packing= */ false);
    };
  }
}
