package dev.lockstep.scaler;

import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/** The three AWS clients, built once a container. No fourth service is ever called. */
record AwsClients(EcsClient ecs, AutoScalingClient autoScaling, CloudWatchClient cloudWatch) {

  /** One try. AWS answers these calls in well under a second. */
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(3);

  /** All tries of one call, retries and back-off included; the function's own timeout is above. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

  /** Region and credentials come from Lambda, {@code AWS_ENDPOINT_URL} from who sets it. */
  static AwsClients fromEnvironment() {
    SdkHttpClient http = UrlConnectionHttpClient.create();
    return new AwsClients(
        configured(EcsClient.builder(), http).build(),
        configured(AutoScalingClient.builder(), http).build(),
        configured(CloudWatchClient.builder(), http).build());
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configured(
      B builder, SdkHttpClient http) {
    return builder
        .httpClient(http)
        .overrideConfiguration(configuration ->
            configuration.apiCallAttemptTimeout(ATTEMPT_TIMEOUT).apiCallTimeout(CALL_TIMEOUT));
  }
}
