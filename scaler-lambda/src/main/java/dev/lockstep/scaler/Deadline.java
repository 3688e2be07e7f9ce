package dev.lockstep.scaler;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * The end of the invocation that is running, which every AWS call must be over by.
 *
 * <p>Each call gets, with its retries and their back-off,
 *
 * <pre>
 *   min(longest call, time left of the invocation - margin)
 * </pre>
 *
 * and one for which nothing is left is not made. So a run that meets a dead service still says so,
 * instead of being cut off by Lambda without a word.
 *
 * <p>An execution environment serves one invocation at a time, and its reads run on threads of
 * their own: the end is kept for all threads.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-context.html">Lambda's context
 *     object</a>
 * @see <a href="https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/timeouts.html">API
 *     call timeout</a>
 */
final class Deadline implements ExecutionInterceptor {
  private final Duration longestCall;
  private final Duration margin;
  private final LongSupplier nanoTime;
  private final AtomicReference<Optional<Long>> end = new AtomicReference<>(Optional.empty());

  /**
   * There is no end until {@link #begin}.
   *
   * @param longestCall what a call may take when time is plenty
   * @param margin kept back to decide, to log and to answer
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  Deadline(Duration longestCall, Duration margin, LongSupplier nanoTime) {
    this.longestCall = longestCall;
    this.margin = margin;
    this.nanoTime = nanoTime;
  }

  /** An invocation begins; so much of it is left. */
  void begin(Duration left) {
    end.set(Optional.of(nanoTime.getAsLong() + left.minus(margin).toNanos()));
  }

  /** What a call that begins now may take; zero or less when there is no time for it. */
  Duration forOneCall() {
    Duration left =
        end.get().map(at -> Duration.ofNanos(at - nanoTime.getAsLong())).orElse(longestCall);
    return left.compareTo(longestCall) < 0 ? left : longestCall;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    Duration time = forOneCall();
    if (!time.isPositive()) {
      throw SdkClientException.create(
          "not asked: the invocation ends in less than %d ms".formatted(margin.toMillis()));
    }
    AwsRequest request = (AwsRequest) context.request();
    return request.toBuilder()
        .overrideConfiguration(
            request
                .overrideConfiguration()
                .map(AwsRequestOverrideConfiguration::toBuilder)
                .orElseGet(AwsRequestOverrideConfiguration::builder)
                .apiCallTimeout(time)
                .build())
        .build();
  }
}
