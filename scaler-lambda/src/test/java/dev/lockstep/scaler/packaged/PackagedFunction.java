package dev.lockstep.scaler.packaged;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The function in a process of its own, as Lambda starts it from a zip deployment. With the system
 * property {@code lockstep.lambda.command} that command is started instead, which runs its image.
 */
final class PackagedFunction implements AutoCloseable {
  static final Path JAR = Path.of("target", "scaler-lambda.jar");
  private static final Path RUNTIME = Path.of("target", "lambda-runtime");
  private static final Path TASK_ROOT = Path.of("target", "lambda-task");
  private static final String HANDLER = "dev.lockstep.scaler.ScalerHandler::handleRequest";
  private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private final Process process;
  private final Path output;

  private PackagedFunction(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param jvmOptions as {@code JAVA_TOOL_OPTIONS} would have them
   * @param environment beside what Lambda itself sets
   */
  static PackagedFunction start(
      RuntimeApi lambda, URI aws, List<String> jvmOptions, Map<String, String> environment) {
    Optional<String> image = Optional.ofNullable(System.getProperty("lockstep.lambda.command"));
    List<String> command = image.map(List::of).orElseGet(() -> ofZip(jvmOptions));
    try {
      Path taskRoot = taskRoot();
      Path output = Files.createTempFile(Path.of("target"), "lambda-", ".log").toAbsolutePath();
      ProcessBuilder builder = new ProcessBuilder(command);
      builder
          .directory(taskRoot.toFile())
          .redirectErrorStream(true)
          .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(ofLambda(lambda, aws));
      builder.environment().putAll(environment);
      if (image.isPresent()) {
        builder.environment().put("JAVA_TOOL_OPTIONS", imageOptions(jvmOptions));
      }
      return new PackagedFunction(builder.start(), output);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<String> ofZip(List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Lambda's own: its runtime gives the hooks of org.crac this implementation.
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx768m"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", runtimeClassPath(), MAIN, HANDLER));
    return command;
  }

  /** Those that every start of the image gets, by a system property, and those of this one. */
  private static String imageOptions(List<String> jvmOptions) {
    List<String> options = new ArrayList<>(jvmOptions);
    Optional.ofNullable(System.getProperty("lockstep.lambda.options")).ifPresent(options::add);
    return String.join(" ", options);
  }

  private static Map<String, String> ofLambda(RuntimeApi lambda, URI aws) {
    return Map.of(
        "AWS_LAMBDA_RUNTIME_API", lambda.address(),
        "AWS_LAMBDA_FUNCTION_NAME", "scaler",
        "AWS_LAMBDA_FUNCTION_VERSION", "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024",
        "AWS_REGION", "us-east-1",
        "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY", "secret",
        "AWS_ENDPOINT_URL", aws.toString(),
        "PATH", System.getenv("PATH"));
  }

  /** Lambda's runtime is on the class path, the function in a class loader below it. */
  private static String runtimeClassPath() {
    try (Stream<Path> jars = Files.list(RUNTIME)) {
      return String.join(
          File.pathSeparator, jars.map(jar -> jar.toAbsolutePath().toString()).sorted().toList());
    } catch (IOException missing) {
      throw new UncheckedIOException(
          "%s has no runtime; run mvn verify".formatted(RUNTIME.toAbsolutePath()), missing);
    }
  }

  /** The jar unpacked, as Lambda lays it down; again only when the jar is newer. */
  static synchronized Path taskRoot() throws IOException {
    Path stamp = TASK_ROOT.resolveSibling("lambda-task.unpacked");
    if (Files.notExists(stamp)
        || Files.getLastModifiedTime(stamp).compareTo(Files.getLastModifiedTime(JAR)) < 0) {
      unpack();
      Files.write(stamp, new byte[0]);
    }
    return TASK_ROOT.toAbsolutePath();
  }

  /** What an older jar left would hide what this one lacks. */
  private static void clear() throws IOException {
    if (Files.exists(TASK_ROOT)) {
      try (Stream<Path> files = Files.walk(TASK_ROOT)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void unpack() throws IOException {
    clear();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (!entry.isDirectory()) {
          Path file = TASK_ROOT.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
  }

  /** All that it has printed. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Whether it ends by itself. */
  boolean ends(Duration within) throws InterruptedException {
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it as a runtime ends: the JVM shuts down in order. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
