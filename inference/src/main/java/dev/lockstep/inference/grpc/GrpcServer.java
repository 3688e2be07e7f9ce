package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiKeys;
import dev.lockstep.inference.serving.Budget;
import dev.lockstep.inference.serving.Connections;
import dev.lockstep.inference.serving.ModelDirectory;
import dev.lockstep.inference.settings.UnusableSettingException;
import dev.lockstep.inference.telemetry.CallLog;
import dev.lockstep.inference.telemetry.CallTraces;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.core.order.Ordered;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for gRPC where the operator names a port. Cleartext HTTP/2, as the HTTP port is
 * cleartext: whoever ends TLS stands before both.
 *
 * <p>It listens before the models are loaded, so that who comes too early is told so, and stops
 * before the drain begins: each connection is told that no more calls are taken on it, those under
 * way are answered, and new connections are refused.
 */
@Singleton
@Requires(property = "lockstep.grpc.port")
public final class GrpcServer
    implements ApplicationEventListener<StartupEvent>, Ordered, GracefulShutdownCapable {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

  /**
   * It writes a stack trace for each message that is too large and each caller that has gone; kept,
   * or it would be forgotten.
   */
  private static final Logger TRANSPORT = Logger.getLogger("io.grpc.netty");

  /** A load balancer opens more connections; one client alone does not get all calls. */
  static final int CALLS_A_CONNECTION = 128;

  private static final int METADATA_BYTES = 8_192;

  /** A peer that is gone without a word is found out in a minute and a half. */
  private static final Duration PING_AFTER = Duration.ofSeconds(60);

  private static final Duration PING_PATIENCE = Duration.ofSeconds(20);

  /** Who pings more often has its connection closed. */
  private static final Duration PING_SELDOM = Duration.ofSeconds(20);

  /**
   * Calls reset by their callers on one connection; more is an attack, see CVE-2023-44487. A call
   * that is refused before its request has come is reset by its caller too, so that a connection of
   * a load balancer has many under overload.
   */
  private static final int MOST_RESETS = 50_000;

  private static final int RESET_WINDOW_SECONDS = 10;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final GrpcSettings settings;
  private final Connections connections;
  private final InferenceService inference;
  private final ApiKeys keys;
  private final CallRecords records;
  private final HealthService health;
  private final HashedWheelTimer timer =
      new HashedWheelTimer(new DefaultThreadFactory("grpc-timer", /* daemon= */ true));
  private final EventLoopGroup boss = loops("grpc-accept", 1);
  private final EventLoopGroup workers = loops("grpc", Runtime.getRuntime().availableProcessors());
  private volatile Optional<Server> server = Optional.empty();

  GrpcServer(
      GrpcSettings settings,
      Connections connections,
      InferenceService inference,
      ModelDirectory directory,
      ApiKeys keys,
      Optional<CallTraces> traces,
      Optional<CallLog> log) {
    this.settings = settings;
    this.connections = connections;
    this.inference = inference;
    this.keys = keys;
    this.records = new CallRecords(traces, log);
    this.health = new HealthService(directory);
    TRANSPORT.setLevel(Level.SEVERE);
  }

  private static EventLoopGroup loops(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, /* daemon= */ true), NioIoHandler.newFactory());
  }

  /** Before the models are loaded. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  /**
   * Opens the port.
   *
   * @throws UnusableSettingException when it cannot be had
   */
  @Override
  public void onApplicationEvent(StartupEvent starting) {
    Server listening = build();
    try {
      listening.start();
    } catch (IOException taken) {
      throw UnusableSettingException.port("LOCKSTEP_GRPC_PORT", settings.port(), taken);
    }
    server = Optional.of(listening);
    lookAgain();
    LOG.info("gRPC on port {}", listening.getPort());
  }

  private Server build() {
    CallGuards guards = new CallGuards(connections, timer);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(settings.address())
            .channelFactory(() -> new CountingListener(connections))
            .bossEventLoopGroup(boss)
            .workerEventLoopGroup(workers)
            .directExecutor()
            .maxInboundMessageSize(settings.mostBytes())
            .maxInboundMetadataSize(METADATA_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
            .maxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
            .maxConnectionIdle(connections.limits().idle().toNanos(), TimeUnit.NANOSECONDS)
            .maxConnectionAge(settings.age().toNanos(), TimeUnit.NANOSECONDS)
            .maxConnectionAgeGrace(Budget.LONGEST.toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTime(PING_AFTER.toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(PING_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveTime(PING_SELDOM.toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addStreamTracerFactory(guards)
            .addService(ServerInterceptors.intercept(inference.definition(), new CallKeys(keys)))
            .addService(health)
            .addService(ReadinessService.of(health::isServing));
    // The last one named is the first to see a call.
    builder.intercept(guards);
    if (records.isWanted()) {
      builder.intercept(records);
    }
    return builder.build();
  }

  private void lookAgain() {
    timer.newTimeout(
        _ -> {
          health.look();
          lookAgain();
        },
        LOOK.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Where it listens, once it does. */
  public Optional<Integer> port() {
    return server.map(Server::getPort);
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    health.end();
    server.ifPresent(Server::shutdown);
    return CompletableFuture.runAsync(
        () -> server.ifPresent(GrpcServer::awaitEnd), Thread::startVirtualThread);
  }

  /** Answers of requests that were let in may still be on their way out. */
  private static void awaitEnd(Server stopping) {
    try {
      stopping.awaitTermination();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @PreDestroy
  void close() {
    health.end();
    server.ifPresent(stopping -> {
      stopping.shutdown();
      try {
        if (!stopping.awaitTermination(CLOSING.toNanos(), TimeUnit.NANOSECONDS)) {
          stopping.shutdownNow();
        }
      } catch (InterruptedException interrupted) {
        stopping.shutdownNow();
        Thread.currentThread().interrupt();
      }
    });
    timer.stop();
    Future<?> _ = boss.shutdownGracefully(0, CLOSING.toNanos(), TimeUnit.NANOSECONDS);
    Future<?> _ = workers.shutdownGracefully(0, CLOSING.toNanos(), TimeUnit.NANOSECONDS);
  }
}
