package dev.lockstep.scaler;

import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * The three AWS clients, built once an execution environment. No fourth service is ever called.
 *
 * <p>A call is tried three times at most. Before try n + 1 it waits a time drawn evenly from zero
 * to
 *
 * <pre>
 *   min(longest wait, base x 2^(n - 1))
 * </pre>
 *
 * with a base of 100 ms, or 500 ms when AWS asks to slow down, so that runs which were refused
 * together do not come back together. Each client has a budget of retries of its own: a service
 * that fails all the time is soon no longer retried, and the others are not touched by it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/retry-strategy.html">
 *     Retry behavior of the SDK</a>
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Full
 *     jitter</a>
 */
record AwsClients(
    EcsClient ecs, AutoScalingClient autoScaling, CloudWatchClient cloudWatch, Deadline deadline) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /** One try. AWS answers these calls in well under a second. */
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(3);

  /** All tries of one call, retries and back-off included, when the invocation has the time. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

  /** Kept back of each invocation to decide, to log and to answer. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final int TRIES = 3;
  private static final Duration BACKOFF = Duration.ofMillis(100);
  private static final Duration THROTTLED_BACKOFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  /** Region and credentials come from Lambda, {@code AWS_ENDPOINT_URL} from who sets it. */
  static AwsClients fromEnvironment() {
    return using(connections(), newDeadline(), _ -> {});
  }

  static SdkHttpClient connections() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(ATTEMPT_TIMEOUT)
        .build();
  }

  static Deadline newDeadline() {
    return new Deadline(CALL_TIMEOUT, MARGIN, System::nanoTime);
  }

  /**
   * The same clients on another connection.
   *
   * @param wiring sets what an environment would: endpoint, region, credentials
   */
  static AwsClients using(
      SdkHttpClient http, Deadline deadline, Consumer<AwsClientBuilder<?, ?>> wiring) {
    return new AwsClients(
        configured(EcsClient.builder(), http, deadline, wiring).build(),
        configured(AutoScalingClient.builder(), http, deadline, wiring).build(),
        configured(CloudWatchClient.builder(), http, deadline, wiring).build(),
        deadline);
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configured(
      B builder, SdkHttpClient http, Deadline deadline, Consumer<AwsClientBuilder<?, ?>> wiring) {
    wiring.accept(builder);
    return builder
        .httpClient(http)
        .overrideConfiguration(configuration ->
            configuration
                .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                .apiCallTimeout(CALL_TIMEOUT)
                .retryStrategy(boundedRetries())
                .addExecutionInterceptor(deadline));
  }

  private static RetryStrategy boundedRetries() {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(TRIES)
        .backoffStrategy(BackoffStrategy.exponentialDelay(BACKOFF, LONGEST_BACKOFF))
        .throttlingBackoffStrategy(
            BackoffStrategy.exponentialDelay(THROTTLED_BACKOFF, LONGEST_BACKOFF))
        .build();
  }
}
