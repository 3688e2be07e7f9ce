package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Width;
import java.time.Duration;
import java.util.List;

/**
 * A batch that ran, for whoever counts.
 *
 * @param rows that were asked for; inputs that share them take fewer on the device
 * @param tokens real ones
 * @param paddedTokens what the device computed
 * @param waits one an input: from arrival until the batch was formed
 * @param staged from formed to started: the host's part, and the wait for a lane
 * @param run on the device
 */
public record BatchReport(
    BatchKind<?, ?> kind,
    int rows,
    long tokens,
    long paddedTokens,
    List<Duration> waits,
    Duration staged,
    Duration run,
    Width width) {
  public BatchReport {
    waits = List.copyOf(waits);
  }
}
