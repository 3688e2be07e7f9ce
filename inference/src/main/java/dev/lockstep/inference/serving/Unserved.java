package dev.lockstep.inference.serving;

import java.util.Map;

/**
 * Parameters of the Open Inference Protocol, and of Triton's extensions to it, that would change
 * the answer if they were obeyed, and are refused because they are not; others do nothing. By name,
 * each with the reason.
 */
public final class Unserved {
  private static final String NO_SEQUENCES = "is not served; requests know nothing of each other";
  private static final String NO_SHARED_MEMORY = "is not served; send the tensor itself";

  /** Of a request as a whole. */
  public static final Map<String, String> OF_REQUESTS =
      Map.of(
          "sequence_id",
          NO_SEQUENCES,
          "sequence_start",
          NO_SEQUENCES,
          "sequence_end",
          NO_SEQUENCES,
          "priority",
          "is not served; the earlier deadline goes first",
          "timeout",
          "is not served; the header %s says it, and by gRPC the call's deadline"
              .formatted(Budget.HEADER));

  public static final Map<String, String> OF_INPUTS =
      Map.of("shared_memory_region", NO_SHARED_MEMORY);

  public static final Map<String, String> OF_OUTPUTS =
      Map.of(
          "shared_memory_region",
          NO_SHARED_MEMORY,
          "classification",
          "is not served; ask for the tensor itself");

  private Unserved() {}
}
