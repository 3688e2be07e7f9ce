package dev.lockstep.drills.live;

import dev.lockstep.drills.account.Task;
import dev.lockstep.drills.account.TaskRuntime;
import dev.lockstep.drills.time.Timeline;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.inference.InferenceServer;
import dev.lockstep.inference.engine.Engine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  private final List<InferenceServer> servers = new CopyOnWriteArrayList<>();
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
  public void start(Task task, Runnable running, Runnable serving) {
    starter.execute(() -> {
      try {
        InferenceServer server = startServer();
        timeline.at(timeline.instant(), running);
        if (!loadBalancer.join().healthy(server.uri())) {
          throw new IllegalStateException("its health check fails");
        }
        loadBalancer.join().register(server.uri());
        timeline.at(timeline.instant(), serving);
      } catch (RuntimeException problem) {
        failed.accept(task, problem);
      }
    });
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
                Map.of("lockstep.anonymous", true, "micronaut.server.host", "localhost")));
    servers.add(server);
    return server;
  }

  @Override
  public void close() {
    starter.close();
    servers.parallelStream().forEach(InferenceServer::close);
    engines.forEach(PacedEngine::close);
  }
}
