package dev.lockstep.drills.aws;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Makes a client name what it does not simulate. The SDK's interfaces have a default method for
 * each operation that throws without a word of which.
 */
final class LoudClient {
  private LoudClient() {}

  static <T> T of(Class<T> type, T client) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException thrown) {
                throw loud(type, method.getName(), thrown.getTargetException());
              }
            }));
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
