package dev.lockstep.drills.live;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.control.Controller;
import dev.lockstep.drills.control.Controllers;
import dev.lockstep.drills.control.LockstepWiring;
import dev.lockstep.drills.drill.CapacityLog;
import dev.lockstep.drills.drill.Glance;
import dev.lockstep.drills.drill.Scenarios;
import dev.lockstep.drills.drill.Summary;
import dev.lockstep.drills.ecs.Task;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.page.Board;
import dev.lockstep.drills.page.LivePage;
import dev.lockstep.drills.time.Chance;
import dev.lockstep.drills.time.WallTimeline;
import dev.lockstep.drills.traffic.Arrivals;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.drills.traffic.RecentTraffic;
import dev.lockstep.drills.traffic.SharedTally;
import dev.lockstep.drills.traffic.TrafficMeter;
import dev.lockstep.drills.view.Chronicle;
import dev.lockstep.drills.view.Photographer;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The whole product on one machine: real inference servers as tasks, a load balancer, users, and
 * the real brain on the simulated account. How fast hosts boot, how often the tick comes and how
 * fast time passes is its {@link Tempo}.
 */
public final class LiveStack implements AutoCloseable {
  private static final Duration GLANCE = Duration.ofSeconds(10);
  private static final long SEED = 1;
  private static final Duration SNAPSHOT = Duration.ofSeconds(1);

  /** From the design's 12 requests a second to its 40. */
  private static final double SURGE = 28;

  /**
   * How to start it.
   *
   * @param port where the load balancer listens; 0 is any free port
   * @param pagePort where the page is served; 0 is any free port
   * @param usual what users send without a surge
   * @param surgeSecond when a surge begins by itself; none when only somebody begins one
   */
  public record Settings(
      int port, int pagePort, Demand usual, OptionalLong surgeSecond, Tempo tempo) {}

  private final Tempo tempo;
  private final AccountSettings accountSettings;
  private final Policy policy;
  private final AtomicInteger problems = new AtomicInteger();
  private final CountDownLatch firstTasks;
  private final BiConsumer<Duration, Change> story;
  private final Instant start;
  private final WallTimeline timeline;
  private final Engine model;
  private final LiveFleet fleet;
  private final Account account;
  private final CapacityLog capacity;
  private final SharedTally tally = new SharedTally();
  private final RecentTraffic traffic = new RecentTraffic(tally);
  private final TrafficMeter meter;
  private final SwitchedDemand demand;
  private final Chronicle chronicle;
  private final Function<byte[], List<Decision>> brain;
  private final Board board = new Board();
  private final LiveDesk desk;
  private final LivePage page;
  private final LocalLoadBalancer loadBalancer;
  private final LoadGenerator users;
  private final Answers answers = new Answers();

  private LiveStack(Settings settings, BiConsumer<Duration, Change> story) {
    this.story = story;
    this.tempo = settings.tempo();
    this.policy = Policy.fromEnvironment(LockstepWiring.environment(tempo.lead()));
    // Image pull and model load take what they really take.
    this.accountSettings = Scenarios.account(tempo.hostBoot(), Duration.ZERO, Duration.ZERO);
    this.firstTasks = new CountDownLatch(accountSettings.service().initial());
    this.timeline = new WallTimeline(tempo.pace(), problem -> problem("the account", problem));
    this.start = timeline.instant();
    this.chronicle = new Chronicle(start);
    this.demand = new SwitchedDemand(settings.usual(), SURGE, settings.surgeSecond());
    this.model =
        OnnxEngine.load(
            new ModelSource.Bytes(EmbeddedModel.FP32.onnx()),
            EngineSettings.of(EngineSettings.Provider.CPU, /* cores= */ 1));
    CompletableFuture<LocalLoadBalancer> balancer = new CompletableFuture<>();
    this.fleet =
        new LiveFleet(
            timeline,
            model,
            GpuModel.DEFAULT.faster(tempo.pace()),
            balancer,
            (task, problem) -> problem(task.id(), problem));
    this.account =
        timeline.call(
            () -> new Account(accountSettings, timeline, new Chance(SEED), fleet, this::tell));
    this.capacity = new CapacityLog(account);
    this.meter = new TrafficMeter(account, traffic, true, capacity::periodOver);
    this.brain = remembered(Controllers.brain(account, policy));
    this.desk = new LiveDesk(timeline::call, account, demand, brain);
    this.page = showPage(settings.pagePort(), balancer);
    this.loadBalancer = listen(settings.port(), balancer);
    this.users =
        new LoadGenerator(
            loadBalancer.uri(),
            new Arrivals(demand, SEED),
            demand.seconds(),
            tempo.pace(),
            answers);
    timeline.at(start, () -> timeline.every(SNAPSHOT, this::show));
  }

  private Function<byte[], List<Decision>> remembered(Function<byte[], List<Decision>> asked) {
    return payload -> {
      List<Decision> decisions = asked.apply(payload);
      decisions.forEach(chronicle::decided);
      return decisions;
    };
  }

  private LivePage showPage(int port, CompletableFuture<LocalLoadBalancer> announced) {
    try {
      return LivePage.start(port, board, desk);
    } catch (BindException _) {
      PortTakenException taken = new PortTakenException(port, "the page");
      announced.completeExceptionally(taken);
      closeFleet();
      throw taken;
    }
  }

  private void show() {
    traffic.secondOver();
    board.put(Photographer.picture(account, policy, traffic, chronicle, desk.switches()));
  }

  /** The first tasks are starting already and wait to hear where to register. */
  private LocalLoadBalancer listen(int port, CompletableFuture<LocalLoadBalancer> announced) {
    try {
      LocalLoadBalancer listening = LocalLoadBalancer.start(port, tally);
      announced.complete(listening);
      return listening;
    } catch (RuntimeException failed) {
      announced.completeExceptionally(failed);
      page.close();
      closeFleet();
      throw failed;
    }
  }

  /**
   * Starts everything and returns when the first tasks serve and users begin to send.
   *
   * @param story told of each change, with the time since the start
   * @throws PortTakenException when a port is in use
   */
  public static LiveStack start(Settings settings, BiConsumer<Duration, Change> story)
      throws InterruptedException {
    LiveStack stack = new LiveStack(settings, story);
    stack.firstTasks.await();
    stack.timeline.at(stack.timeline.instant(), stack::open);
    return stack;
  }

  private void open() {
    meter.start();
    capacity.start();
    timeline.after(
        GLANCE, () -> timeline.every(GLANCE, () -> Glance.tell(account, capacity.latestP95())));
    Controller told =
        payload -> {
          var _ = brain.apply(payload);
        };
    LockstepWiring.connect(account, told, policy, tempo.tick());
    // With the first whole period, so that a surge does not begin in the middle of one.
    timeline.at(meter.firstPeriod(), users::start);
  }

  /** Where the service is to be asked. */
  public URI service() {
    return loadBalancer.uri();
  }

  /** Where the page is to be seen. */
  public URI page() {
    return page.uri();
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
    return timeline.call(
        () -> Summary.of(policy, accountSettings, account, meter.totals(), capacity));
  }

  private void tell(Change change) {
    if (change instanceof Change.TaskServing) {
      firstTasks.countDown();
    }
    Instant now = timeline.instant();
    chronicle.happened(change, now);
    story.accept(Duration.between(start, now), change);
  }

  private void problem(String who, RuntimeException problem) {
    problems.incrementAndGet();
    tell(new Change.Told(Chronicle.PROBLEM, who + ": " + problem));
  }

  /** From whoever asks down to the fleet: nobody is left to complain about the others. */
  @Override
  public void close() {
    page.close();
    loadBalancer.forgetTheDead();
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
