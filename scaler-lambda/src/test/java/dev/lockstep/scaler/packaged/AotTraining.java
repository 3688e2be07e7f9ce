package dev.lockstep.scaler.packaged;

import dev.lockstep.scaler.policy.Policies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Trains the ahead-of-time cache of the function's image while it is built: starts the function as
 * for a snapshot, which has it rehearse whole runs, then hands it one invocation, whose calls find
 * nobody, and ends it, upon which the JVM writes the cache.
 */
public final class AotTraining {
  private static final Duration TO_READY = Duration.ofMinutes(2);
  private static final Duration TO_ANSWER = Duration.ofSeconds(50);

  /** Writing the cache comes after the function's own end and takes some seconds. */
  private static final Duration TO_END = Duration.ofMinutes(4);

  private AotTraining() {}

  /**
   * Trains.
   *
   * @param command the function's under Lambda's runtime, with {@code -XX:AOTCacheOutput} in it
   */
  public static void main(String[] command)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    try (RuntimeApi lambda = new RuntimeApi()) {
      ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
      builder.environment().putAll(Policies.environment());
      builder.environment().putAll(ofLambda(lambda));
      Process function = builder.start();
      try {
        train(lambda, function);
      } finally {
        function.destroyForcibly();
      }
    }
  }

  private static Map<String, String> ofLambda(RuntimeApi lambda) {
    return Map.of(
        "AWS_LAMBDA_RUNTIME_API", lambda.address(),
        "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start",
        "AWS_LAMBDA_FUNCTION_NAME", "scaler",
        "AWS_LAMBDA_FUNCTION_VERSION", "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024",
        "AWS_REGION", "us-east-1",
        "AWS_ACCESS_KEY_ID", "training",
        "AWS_SECRET_ACCESS_KEY", "training",
        // A port of this machine on which nobody listens.
        "AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  }

  private static void train(RuntimeApi lambda, Process function)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.anyOf(lambda.ready(), lambda.initError())
        .get(TO_READY.toSeconds(), TimeUnit.SECONDS);
    if (lambda.initError().isDone()) {
      throw new IllegalStateException("the function cannot start: " + lambda.initError().join());
    }
    lambda.restore();
    var _ =
        lambda
            .invoke("{\"action\":\"observe\"}".getBytes(StandardCharsets.UTF_8), TO_ANSWER)
            .get(TO_ANSWER.toSeconds(), TimeUnit.SECONDS);
    function.destroy();
    if (!function.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the function has not ended %s after SIGTERM".formatted(TO_END));
    }
  }
}
