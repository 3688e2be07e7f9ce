package dev.lockstep.drills.live;

import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.ecs.TaskRuntime;
import dev.lockstep.drills.time.Timeline;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.Engine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/** Tasks that are real inference servers, each on its own port, sharing one loaded model. */
final class LiveFleet implements TaskRuntime, AutoCloseable {
  private final Timeline timeline;
  private final Engine model;
  private final GpuModel gpu;
  private final CompletableFuture<LocalLoadBalancer> loadBalancer;
  private final BiConsumer<Task, RuntimeException> failed;

  /** One at a time: two cores would start two servers no sooner. */
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("task-starter").daemon().factory());

  private final Map<Task, InferenceServer> servers = new ConcurrentHashMap<>();
  private final Map<Task, Progress> progress = new ConcurrentHashMap<>();
  private final List<PacedEngine> engines = new CopyOnWriteArrayList<>();

  LiveFleet(
      Timeline timeline,
      Engine model,
      GpuModel gpu,
      CompletableFuture<LocalLoadBalancer> loadBalancer,
      BiConsumer<Task, RuntimeException> failed) {
    this.timeline = timeline;
    this.model = model;
    this.gpu = gpu;
    this.loadBalancer = loadBalancer;
    this.failed = failed;
  }

  @Override
  public void start(Task task, Progress progress) {
    this.progress.put(task, progress);
    starter.execute(() -> {
      try {
        InferenceServer server = startServer();
        servers.put(task, server);
        timeline.at(timeline.instant(), progress::running);
        if (!loadBalancer.join().healthy(server.uri())) {
          throw new IllegalStateException("its health check fails");
        }
        timeline.at(timeline.instant(), progress::healthy);
      } catch (RuntimeException problem) {
        failed.accept(task, problem);
      }
    });
  }

  @Override
  public void route(Task task) {
    server(task).ifPresent(server -> loadBalancer.join().register(server.uri()));
  }

  @Override
  public void unroute(Task task) {
    server(task).ifPresent(server -> loadBalancer.join().deregister(server.uri()));
  }

  /** The server finishes what it has accepted before it closes. */
  @Override
  public void stop(Task task, Runnable stopped) {
    unroute(task);
    starter.execute(() -> {
      close(task);
      timeline.at(timeline.instant(), stopped);
    });
  }

  @Override
  public void kill(Task task) {
    unroute(task);
    starter.execute(() -> close(task));
  }

  /** A task's process ends by itself, and ECS knows it at once. */
  void crash(Task task) {
    Optional.ofNullable(progress.get(task))
        .ifPresent(told -> told.failed("Essential container in task exited"));
  }

  private void close(Task task) {
    progress.remove(task);
    Optional.ofNullable(servers.remove(task)).ifPresent(InferenceServer::close);
  }

  private Optional<InferenceServer> server(Task task) {
    return Optional.ofNullable(servers.get(task));
  }

  /** Anybody on this machine may call it: it is a demonstration on localhost, and says so. */
  private InferenceServer startServer() {
    PacedEngine engine = new PacedEngine(model, gpu);
    engines.add(engine);
    InferenceServer server =
        InferenceServer.start(
            new InferenceServer.Settings(
                0,
                Optional.of(engine),
                Map.of(
                    "lockstep.anonymous",
                    true,
                    "lockstep.batch.rows",
                    gpu.largestBatch(),
                    "micronaut.server.host",
                    "localhost")));
    engine.pace();
    return server;
  }

  @Override
  public void close() {
    starter.close();
    servers.values().parallelStream().forEach(InferenceServer::close);
    engines.forEach(PacedEngine::close);
  }
}
