package dev.lockstep.drills.live;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.drill.CapacityLog;
import dev.lockstep.drills.drill.Glance;
import dev.lockstep.drills.drill.Scenarios;
import dev.lockstep.drills.drill.Summary;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.WallTimeline;
import dev.lockstep.drills.traffic.Arrivals;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.SharedTally;
import dev.lockstep.drills.traffic.TrafficMeter;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.scaler.policy.Policy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The whole product on one machine: real inference servers as tasks, a load balancer, users, and
 * the real brain on the simulated account. Hosts boot in seconds and the tick is faster than in
 * AWS; nothing else is sped up.
 */
public final class LiveStack implements AutoCloseable {
  private static final Duration HOST_BOOT = Duration.ofSeconds(8);
  private static final Duration TICK = Duration.ofSeconds(15);
  private static final Duration GLANCE = Duration.ofSeconds(10);
  private static final Duration LEAD = Duration.ofSeconds(15);
  private static final long SEED = 1;

  /** Image pull and model load take what they really take. */
  private static final AccountSettings ACCOUNT =
      Scenarios.account(HOST_BOOT, Duration.ZERO, Duration.ZERO);

  private final Policy policy = Policy.fromEnvironment(LockstepWiring.environment(LEAD));
  private final AtomicInteger problems = new AtomicInteger();
  private final CountDownLatch firstTasks = new CountDownLatch(ACCOUNT.service().initial());
  private final BiConsumer<Duration, Change> story;
  private final Instant start;
  private final WallTimeline timeline;
  private final Engine model;
  private final LiveFleet fleet;
  private final Account account;
  private final CapacityLog capacity;
  private final SharedTally tally = new SharedTally();
  private final TrafficMeter meter;
  private final LocalLoadBalancer loadBalancer;
  private final LoadGenerator users;
  private final Answers answers = new Answers();

  private LiveStack(int port, Demand demand, BiConsumer<Duration, Change> story) {
    this.story = story;
    this.timeline = new WallTimeline(problem -> problem("the account", problem));
    this.start = timeline.instant();
    this.model =
        OnnxEngine.load(
            new ModelSource.Bytes(EmbeddedModel.FP32.onnx()),
            EngineSettings.of(EngineSettings.Provider.CPU, /* cores= */ 1));
    CompletableFuture<LocalLoadBalancer> balancer = new CompletableFuture<>();
    this.fleet =
        new LiveFleet(
            timeline,
            model,
            GpuModel.DEFAULT,
            balancer,
            (task, problem) -> problem(task.id(), problem));
    this.account =
        timeline.call(() -> new Account(ACCOUNT, timeline, new Chance(SEED), fleet, this::tell));
    this.capacity = new CapacityLog(account);
    this.meter = new TrafficMeter(account, tally, true, capacity::periodOver);
    this.loadBalancer = listen(port, balancer);
    this.users =
        new LoadGenerator(
            URI.create("http://localhost:" + port),
            new Arrivals(demand, SEED),
            demand.seconds(),
            answers);
  }

  /** The first tasks are starting already and wait to hear where to register. */
  private LocalLoadBalancer listen(int port, CompletableFuture<LocalLoadBalancer> announced) {
    try {
      LocalLoadBalancer listening = LocalLoadBalancer.start(port, tally);
      announced.complete(listening);
      return listening;
    } catch (RuntimeException failed) {
      announced.completeExceptionally(failed);
      closeFleet();
      throw failed;
    }
  }

  /**
   * Starts everything and returns when the first tasks serve and users begin to send.
   *
   * @param story told of each change, with the time since the start
   * @throws PortTakenException when the port is in use
   */
  public static LiveStack start(int port, Demand demand, BiConsumer<Duration, Change> story)
      throws InterruptedException {
    LiveStack stack = new LiveStack(port, demand, story);
    stack.firstTasks.await();
    stack.timeline.at(stack.timeline.instant(), stack::open);
    return stack;
  }

  private void open() {
    meter.start();
    capacity.start();
    timeline.after(
        GLANCE, () -> timeline.every(GLANCE, () -> Glance.tell(account, capacity.latestP95())));
    LockstepWiring.connect(account, Controllers.lockstep(account, policy), policy, TICK);
    // With the first whole period, so that a surge does not begin in the middle of one.
    timeline.at(meter.firstPeriod(), users::start);
  }

  /** Things that went wrong and should not have. */
  public int problems() {
    return problems.get();
  }

  /** What became of the users' requests so far. */
  public Answers.Counts answers() {
    return answers.counts();
  }

  /** Does something to the account, on its timeline. */
  public void onTimeline(Consumer<Account> work) {
    timeline.at(timeline.instant(), () -> work.accept(account));
  }

  /** The oldest task that serves ends by itself; on the account's timeline. */
  public void crashOldestTask() {
    account.service().tasks().stream()
        .filter(task -> task.state() == Task.State.SERVING)
        .min(Comparator.comparingLong(Task::index))
        .ifPresent(fleet::crash);
  }

  /** How it went so far. */
  public Summary summary() {
    return timeline.call(() -> Summary.of(policy, ACCOUNT, account, meter.totals(), capacity));
  }

  private void tell(Change change) {
    if (change instanceof Change.TaskServing) {
      firstTasks.countDown();
    }
    story.accept(Duration.between(start, timeline.instant()), change);
  }

  private void problem(String who, RuntimeException problem) {
    problems.incrementAndGet();
    story.accept(
        Duration.between(start, timeline.instant()),
        new Change.Told("PROBLEM", who + ": " + problem));
  }

  /** Users first, then the brain, then the fleet: nobody is left to complain about the others. */
  @Override
  public void close() {
    users.close();
    loadBalancer.close();
    closeFleet();
  }

  private void closeFleet() {
    timeline.close();
    fleet.close();
    model.close();
  }
}
