package dev.lockstep.drills.live;

import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.ecs.TaskRuntime;
import dev.lockstep.drills.time.Timeline;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.LoadBalancing;
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
    switch (task.revision().quality()) {
      case GOOD -> starter.execute(() -> startGood(task, progress));
      case NEVER_HEALTHY -> starter.execute(() -> startBad(task, progress));
      case NEVER_RUNS -> report(() -> progress.failed("CannotPullContainerError"));
      case STAYS_PENDING -> {}
      case ANSWERS_WITH_ERRORS ->
          throw new UnsupportedOperationException(
              "a live task that answers with errors is not there: " + task.revision().name());
    }
  }

  private void startGood(Task task, Progress progress) {
    try {
      InferenceServer server = startServer(paced());
      servers.put(task, server);
      report(progress::running);
      if (!loadBalancer.join().healthy(server.uri())) {
        throw new IllegalStateException("its health check fails");
      }
      report(progress::healthy);
    } catch (RuntimeException problem) {
      failed.accept(task, problem);
    }
  }

  /** A real server that is given a model it cannot load, and ends for that. */
  private void startBad(Task task, Progress progress) {
    report(progress::running);
    try (InferenceServer server = startServer(new UnloadableEngine(model))) {
      failed.accept(task, new IllegalStateException("serves without its model at " + server.uri()));
    } catch (RuntimeException expected) {
      report(() -> progress.failed("Essential container in task exited: " + cause(expected)));
    }
  }

  private static String cause(Throwable failure) {
    return Optional.ofNullable(failure.getCause())
        .map(LiveFleet::cause)
        .orElseGet(failure::getMessage);
  }

  private void report(Runnable progress) {
    timeline.at(timeline.instant(), progress);
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
      report(stopped);
    });
  }

  /** The load balancer goes on sending requests until its health checks have failed. */
  @Override
  public void kill(Task task) {
    server(task)
        .map(InferenceServer::uri) // A server that has closed does not know its address any more.
        .ifPresent(target -> {
          loadBalancer.join().lose(target);
          timeline.after(
              LoadBalancing.OF_THE_MODULE.deathNoticed(),
              () -> loadBalancer.join().deregister(target));
        });
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

  private PacedEngine paced() {
    PacedEngine engine = new PacedEngine(model, gpu);
    engines.add(engine);
    return engine;
  }

  private InferenceServer startServer(PacedEngine engine) {
    InferenceServer server = startServer((Engine) engine);
    engine.pace();
    return server;
  }

  /** Anybody on this machine may call it: it is a demonstration on localhost, and says so. */
  private InferenceServer startServer(Engine engine) {
    return InferenceServer.start(
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
  }

  @Override
  public void close() {
    starter.close();
    servers.values().parallelStream().forEach(InferenceServer::close);
    engines.forEach(PacedEngine::close);
  }
}
