package dev.lockstep.inference;

import dev.lockstep.inference.engine.DeviceUnavailableException;
import dev.lockstep.inference.settings.UnusableSettingException;
import io.micronaut.context.env.Environment;
import io.micronaut.runtime.Micronaut;
import java.net.BindException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The start of the server as a process of its own. A setting that cannot be is one line that says
 * what is allowed, where the framework has pages.
 */
final class ServerLaunch extends Micronaut {
  /** As of a command line that is wrong. */
  static final int UNUSABLE_SETTING = 2;

  private static final Pattern PORT = Pattern.compile(":(\\d+)$");

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
        // A bean may have read a setting before it was asked whether that can be read.
        .or(() -> DeclaredSetting.unreadable(environment))
        .or(() -> portTaken(failed));
  }

  private static Optional<String> unusable(Throwable failed) {
    return causes(failed)
        .filter(cause ->
            cause instanceof UnusableSettingException
                || cause instanceof DeviceUnavailableException)
        .map(Throwable::getMessage)
        .findFirst();
  }

  /** The port is read from the message: by now the framework has forgotten its settings. */
  private static Optional<String> portTaken(Throwable failed) {
    return causes(failed).anyMatch(BindException.class::isInstance)
        ? PORT.matcher(String.valueOf(failed.getMessage()))
            .results()
            .map(found -> Integer.parseInt(found.group(1)))
            .map(port ->
                UnusableSettingException.port("MICRONAUT_SERVER_PORT", port, failed).getMessage())
            .findFirst()
        : Optional.empty();
  }

  private static Stream<Throwable> causes(Throwable failed) {
    return Stream.iterate(failed, cause -> cause != null, Throwable::getCause);
  }
}
