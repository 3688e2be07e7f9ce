package dev.lockstep.drills.aws;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.ApiFaults;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Makes a client behave as over a network: calls are throttled or fail when the account says so,
 * one is let in at a time, and what is not simulated is named. The SDK's interfaces have a default
 * method for each operation that throws without a word of which.
 */
final class FaultyClient {
  private FaultyClient() {}

  static <T> T of(Class<T> type, T client, Account account) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (isCall(arguments)) {
                account.exclusively(() -> fail(account.apiFaults().next(), method.getName()));
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException thrown) {
                throw loud(type, method.getName(), thrown.getTargetException());
              }
            }));
  }

  /** An operation takes one request, built or to be built. */
  private static boolean isCall(Object @Nullable [] arguments) {
    return arguments != null
        && arguments.length == 1
        && (arguments[0] instanceof AwsRequest || arguments[0] instanceof Consumer<?>);
  }

  private static String fail(ApiFaults.Fate fate, String operation) {
    return switch (fate) {
      case ANSWERED -> operation;
      case THROTTLED -> throw error(400, "ThrottlingException", "Rate exceeded");
      case BROKEN -> throw error(500, "InternalFailure", "The request processing has failed.");
    };
  }

  private static AwsServiceException error(int status, String code, String message) {
    return AwsServiceException.builder()
        .statusCode(status)
        .message(message)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }

  private static Throwable loud(Class<?> type, String operation, Throwable cause) {
    boolean nameless = cause instanceof UnsupportedOperationException && cause.getMessage() == null;
    return nameless
        ? new UnsupportedOperationException(
            "%s.%s is not simulated; add it to dev.lockstep.drills.aws"
                .formatted(type.getSimpleName(), operation))
        : cause;
  }
}
