package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.text.Embedder;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the model before the first user does, then says that the server is ready. */
@Singleton
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Lengths in words; ONNX Runtime plans its memory anew for each shape it first sees. */
  private static final List<Integer> WORDS = List.of(1, 8, 16, 32, 64, 128);

  private final Embedder embedder;
  private final Readiness readiness;

  WarmUp(Embedder embedder, Readiness readiness) {
    this.embedder = embedder;
    this.readiness = readiness;
  }

  @EventListener
  void onStartup(StartupEvent started) {
    long start = System.nanoTime();
    embedder.embed(
        WORDS.stream().map(words -> String.join(" ", Collections.nCopies(words, "warm"))).toList());
    readiness.warmedUp();
    LOG.info("ready after a warm-up of {} ms", (System.nanoTime() - start) / 1_000_000);
  }

  @EventListener
  void onShutdown(ShutdownEvent stopping) {
    readiness.drain();
  }
}
