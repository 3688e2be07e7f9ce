package dev.lockstep.inference.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The server as a process of its own, as a container has it. */
public final class ServerProcess implements AutoCloseable {
  private static final long POLL_NANOS = 5_000_000;

  private final Process process;
  private final URI uri;
  private final long startedNanos;

  /** Who stops the benchmark stops the server too. */
  private final Thread end;

  private ServerProcess(Process process, URI uri, long startedNanos) {
    this.process = process;
    this.uri = uri;
    this.startedNanos = startedNanos;
    this.end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
  }

  /**
   * Starts one; it is not ready yet.
   *
   * @param options of the JVM, the class path or the jar last
   * @param environment beside a free port and {@code LOCKSTEP_ANONYMOUS}, which it may replace
   * @param log where what it prints goes
   */
  public static ServerProcess start(List<String> options, Map<String, String> environment, Path log)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LOCKSTEP_ANONYMOUS", "true");
    builder.environment().put("MICRONAUT_SERVER_PORT", Integer.toString(port));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    long started = System.nanoTime();
    return new ServerProcess(builder.start(), URI.create("http://127.0.0.1:" + port), started);
  }

  /**
   * This JVM's class path and the server's main class. A jar says of itself what natives it needs.
   */
  public static List<String> ofClassPath() {
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "-classpath",
        System.getProperty("java.class.path"),
        "dev.lockstep.inference.InferenceServer");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  public URI uri() {
    return uri;
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Waits until it answers the load balancer with 200.
   *
   * @return since it was started
   */
  public Duration awaitReady() throws IOException {
    byte[] ask = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    while (true) {
      if (!process.isAlive()) {
        throw new IOException("the server ended with " + process.exitValue());
      }
      try (KeptAlive client = new KeptAlive(uri)) {
        if (client.exchange(ask) == 200) {
          return sinceStart();
        }
      } catch (ConnectException _) {
        // Not listening yet.
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  public Duration sinceStart() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** Sends SIGTERM, as ECS does. */
  public void terminate() {
    process.destroy();
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   */
  public int awaitEnd(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the server did not end within " + patience);
    }
    return process.exitValue();
  }

  /** Resident memory, in bytes. */
  public long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** For who is done with it, however it is. */
  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(end);
  }
}
