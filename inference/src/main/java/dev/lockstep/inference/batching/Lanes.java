package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;

/**
 * How many runs the device takes at once.
 *
 * @param lanes runs side by side; on a CPU its cores, on a GPU one a stream
 * @param stagedAhead full batches that are prepared while the device runs: 1 where host and device
 *     are two things, 0 on a CPU, where preparing early takes time from the run and commits the
 *     batch before its best company has come
 */
public record Lanes(int lanes, int stagedAhead) {
  public Lanes {
    if (lanes < 1 || stagedAhead < 0) {
      throw new IllegalArgumentException(
          "%d lanes and %d staged ahead; at least 1 and 0 are needed"
              .formatted(lanes, stagedAhead));
    }
  }

  int used(Width width) {
    return switch (width) {
      case LANE -> 1;
      case WHOLE -> lanes;
    };
  }
}
