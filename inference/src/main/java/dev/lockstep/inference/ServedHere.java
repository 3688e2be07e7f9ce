package dev.lockstep.inference;

/**
 * What this version serves: the embedded model on the CPU. Whoever asks for more is told so at
 * start, and never served from a CPU that was meant to be a GPU.
 */
final class ServedHere {
  private ServedHere() {}

  /**
   * Holds the operator's wishes against what is there.
   *
   * @param provider {@code LOCKSTEP_PROVIDER}
   * @param modelFolder {@code LOCKSTEP_MODEL}, empty for the embedded model
   * @throws IllegalStateException naming the variable, what it holds and what it may hold
   */
  static void require(String provider, String modelFolder) {
    if (!provider.equals("cpu")) {
      throw new IllegalStateException(
          "LOCKSTEP_PROVIDER is '%s'; this version runs on cpu alone".formatted(provider));
    }
    if (!modelFolder.isEmpty()) {
      throw new IllegalStateException(
          "LOCKSTEP_MODEL is '%s'; this version serves its embedded model alone, unset it"
              .formatted(modelFolder));
    }
  }
}
