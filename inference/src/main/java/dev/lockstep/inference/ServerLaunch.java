package dev.lockstep.inference;

import dev.lockstep.inference.settings.UnusableSettingException;
import io.micronaut.context.env.Environment;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.Micronaut;
import java.net.BindException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The start of the server as a process of its own. A setting that cannot be is one line that says
 * what is allowed, where the framework has pages.
 */
final class ServerLaunch extends Micronaut {
  /** As of a command line that is wrong. */
  static final int UNUSABLE_SETTING = 2;

  private static final String PORT = "micronaut.server.port";

  @Override
  protected void handleStartupException(Environment environment, Throwable failed) {
    complaint(environment, failed)
        .ifPresent(complaint -> {
          System.err.println("lockstep-inference: " + complaint);
          System.exit(UNUSABLE_SETTING);
        });
    super.handleStartupException(environment, failed);
  }

  /** What the operator can do about it; nothing where that is not known. */
  private static Optional<String> complaint(Environment environment, Throwable failed) {
    return unusable(failed)
        .or(() -> unreadable(environment))
        .or(() -> portTaken(environment, failed));
  }

  private static Optional<String> unusable(Throwable failed) {
    return causes(failed)
        .filter(UnusableSettingException.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst();
  }

  private static Optional<String> unreadable(Environment environment) {
    return DeclaredSetting.all().stream()
        .flatMap(setting ->
            environment
                .getProperty(setting.property(), String.class)
                .flatMap(setting::complaint)
                .stream())
        .findFirst();
  }

  private static Optional<String> portTaken(Environment environment, Throwable failed) {
    return failed instanceof ServerStartupException
            && causes(failed).anyMatch(BindException.class::isInstance)
        ? environment
            .getProperty(PORT, Integer.class)
            .map(port ->
                UnusableSettingException.port("MICRONAUT_SERVER_PORT", port, failed).getMessage())
        : Optional.empty();
  }

  private static Stream<Throwable> causes(Throwable failed) {
    return Stream.iterate(failed, cause -> cause != null, Throwable::getCause);
  }
}
