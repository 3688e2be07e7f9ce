package dev.lockstep.inference;

import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.grpc.GrpcServer;
import dev.lockstep.inference.lifecycle.Models;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The model server. {@link #main} is the container's entry point; {@link #start} runs one inside
 * another program, several a JVM if need be, each with its own port.
 */
public final class InferenceServer implements AutoCloseable {
  private final ApplicationContext context;
  private final EmbeddedServer server;

  private InferenceServer(ApplicationContext context, EmbeddedServer server) {
    this.context = context;
    this.server = server;
  }

  /**
   * How to start a server inside another program.
   *
   * @param port where it listens; 0 is any free port
   * @param engine an engine to use in place of the server's own, which then is not loaded; it is
   *     the caller's to close, so one loaded model can serve several servers
   * @param properties further settings by name, such as {@code lockstep.max-in-flight}
   */
  public record Settings(int port, Optional<Engine> engine, Map<String, Object> properties) {
    public Settings {
      properties = Map.copyOf(properties);
    }
  }

  /**
   * Starts the server as a process of its own; settings come from the environment.
   *
   * @param arguments {@code --help} lists them, and the settings
   */
  public static void main(String[] arguments) {
    ServerCommand command = new ServerCommand();
    int status = command.line().execute(arguments);
    if (!command.serves()) {
      System.exit(status);
    }
    ApplicationContext context = new ServerLaunch().banner(false).start();
    if (command.rehearses()) {
      System.exit(
          rehearsed(
                  context.getBean(EmbeddedServer.class).getURI(),
                  grpcPort(context),
                  System.getenv().getOrDefault("LOCKSTEP_API_KEYS", ""))
              ? 0
              : 1);
    }
  }

  /**
   * Whether it went well; a server that cannot be asked must end all the same, or a build hangs.
   */
  private static boolean rehearsed(URI server, Optional<Integer> grpcPort, String keys) {
    try {
      Rehearsal.perform(server, grpcPort, keys);
      return true;
    } catch (IllegalStateException failed) {
      System.err.printf(
          "lockstep-inference: %s at %s: %s%n", failed.getMessage(), server, failed.getCause());
      return false;
    }
  }

  /** Starts a server and returns when it is ready. */
  public static InferenceServer start(Settings settings) {
    Map<String, Object> properties = new HashMap<>(settings.properties());
    properties.put("micronaut.server.port", settings.port());
    properties.putIfAbsent("lockstep.lame-duck", Duration.ZERO);
    ApplicationContextBuilder builder =
        ApplicationContext.builder().banner(false).deduceEnvironment(false).properties(properties);
    settings.engine().map(Unclosed::new).ifPresent(builder::singletons);
    ApplicationContext context = builder.build();
    try {
      context.start();
      return new InferenceServer(context, context.getBean(EmbeddedServer.class).start());
    } catch (RuntimeException failed) {
      free(context);
      throw failed;
    }
  }

  /** A context whose start failed does not count as running, and closing it closes no bean. */
  private static void free(ApplicationContext context) {
    context.getActiveBeanRegistrations(GrpcServer.class).forEach(bean -> context.destroyBean(bean));
    context.getActiveBeanRegistrations(Models.class).forEach(bean -> context.destroyBean(bean));
    context.getActiveBeanRegistrations(Batcher.class).forEach(bean -> context.destroyBean(bean));
    context.close();
  }

  /** Where it listens. */
  public URI uri() {
    return server.getURI();
  }

  /** Where it listens for gRPC, if it does. */
  public Optional<Integer> grpcPort() {
    return grpcPort(context);
  }

  private static Optional<Integer> grpcPort(ApplicationContext context) {
    return context.findBean(GrpcServer.class).flatMap(GrpcServer::port);
  }

  /**
   * Stops listening, finishes what is under way, and frees the port. Connections that are idle are
   * not waited for, as a process waits for them: whoever closes it knows its clients.
   */
  @Override
  public void close() {
    context.close();
  }
}
