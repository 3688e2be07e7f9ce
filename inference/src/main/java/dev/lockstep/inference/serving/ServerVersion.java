package dev.lockstep.inference.serving;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** What this server calls itself. */
public final class ServerVersion {
  public static final String NAME = "lockstep-inference";

  /** The module's version, which the build writes. */
  public static final String VERSION = read();

  private ServerVersion() {}

  private static String read() {
    try (InputStream written =
        Objects.requireNonNull(
            ServerVersion.class.getResourceAsStream("/lockstep-version.properties"),
            "the build writes lockstep-version.properties")) {
      Properties properties = new Properties();
      properties.load(written);
      return properties.getProperty("version", "unknown");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
