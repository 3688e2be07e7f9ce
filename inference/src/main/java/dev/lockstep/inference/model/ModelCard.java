package dev.lockstep.inference.model;

import java.util.Optional;

/**
 * What clients and operators may know of a served model.
 *
 * @param name what clients ask for
 * @param version what the Open Inference Protocol calls it
 * @param fingerprint SHA-256 of the ONNX file in hex: which weights answered
 * @param task what it is for
 * @param batching how it is batched, where that is not left to the defaults
 */
public record ModelCard(
    String name, String version, String fingerprint, Task task, Batching batching) {

  /**
   * Overrides of the default batch limits.
   *
   * @param tokens padded tokens in one run
   * @param rows rows in one run
   * @param together whether requests of tensors may share a run, where the model does not say it
   */
  public record Batching(
      Optional<Integer> tokens, Optional<Integer> rows, Optional<Boolean> together) {
    public static final Batching DEFAULT =
        new Batching(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
