package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.admission.Admission;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/**
 * SIGTERM: not ready from this moment, and done when every request that was let in has its answer.
 * The framework waits for it, up to the grace period in {@code application.properties}, before it
 * closes anything.
 */
@Singleton
final class Drain implements GracefulShutdownCapable {
  private final Readiness readiness;
  private final Admission admission;

  Drain(Readiness readiness, Admission admission) {
    this.readiness = readiness;
    this.admission = admission;
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    readiness.drain();
    return admission.whenEmpty();
  }
}
