package dev.lockstep.inference.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What the server says of its batches, since it started.
 *
 * @param runSeconds of all runs, one after the other
 * @param waitSeconds of all inputs, from queued to taken
 */
record BatchFigures(
    double batches,
    double rows,
    double tokens,
    double padding,
    double runSeconds,
    double waitSeconds) {

  static BatchFigures of(URI server) {
    try (InputStream metrics = server.resolve("/metrics").toURL().openStream()) {
      String text = new String(metrics.readAllBytes(), StandardCharsets.UTF_8);
      return new BatchFigures(
          value(text, "inference_run_duration_seconds_count"),
          value(text, "inference_batch_rows_sum"),
          value(text, "inference_batch_tokens_sum"),
          value(text, "inference_batch_padding_sum"),
          value(text, "inference_run_duration_seconds_sum"),
          value(text, "inference_queue_duration_seconds_sum"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static double value(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1).strip()))
        .sum();
  }

  BatchFigures since(BatchFigures before) {
    return new BatchFigures(
        batches - before.batches,
        rows - before.rows,
        tokens - before.tokens,
        padding - before.padding,
        runSeconds - before.runSeconds,
        waitSeconds - before.waitSeconds);
  }

  double rowsPerBatch() {
    return rows / batches;
  }

  double paddingPercent() {
    return 100 * padding / (tokens + padding);
  }

  double waitMillis() {
    return 1_000 * waitSeconds / rows;
  }
}
