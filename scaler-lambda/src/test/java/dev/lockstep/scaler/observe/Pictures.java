package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Bounds;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Observations for tests: quiet by default, one thing changed at a time. */
public final class Pictures {
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private int tasks = 2;
  private int hosts = 2;
  private int inService = 2;
  private int maxHosts = 10;
  private boolean registrationsKnown = true;
  private Resources host = new Resources(1, 8192, 32_000);
  private Resources task = new Resources(1, 4096, 14_000);
  private Optional<GroupState> group = Optional.empty();
  private Reading<RequestRate> stable = unknown();
  private Reading<RequestRate> panic = unknown();
  private Reading<RequestRate> recentPeak = unknown();
  private RequestRate peakKnown = RequestRate.ZERO;
  private RateHistory history = RateHistory.NONE;
  private Experience experience = Experience.NONE;
  private Duration p95 = Duration.ofMillis(120);
  private int deployments = 1;
  private Optional<Instant> begunAt = Optional.empty();
  private boolean rollingBack;
  private Rollout rollout = new Rollout.Rolling(100, 200);
  private Optional<Instant> withoutRoomAt = Optional.empty();
  private Optional<LaunchTrouble> launchTrouble = Optional.empty();
  private List<String> rivals = List.of();
  private List<String> empty = List.of();
  private Directives directives = Directives.NONE;
  private List<String> gaps = List.of();
  private Duration registeredFor = Duration.ofHours(1);

  public static Pictures picture() {
    return new Pictures();
  }

  /** Tasks asked for on hosts asked for, all in service and registered. */
  public Pictures asked(int tasks, int hosts) {
    this.tasks = tasks;
    this.hosts = hosts;
    this.inService = hosts;
    return this;
  }

  public Pictures inService(int inService) {
    this.inService = inService;
    return this;
  }

  public Pictures registeredUnknown() {
    this.registrationsKnown = false;
    return this;
  }

  /** What each host offers and each task holds. */
  public Pictures shape(Resources host, Resources task) {
    this.host = host;
    this.task = task;
    return this;
  }

  /** Another group than the one that the other methods describe. */
  public Pictures group(GroupState group) {
    this.group = Optional.of(group);
    return this;
  }

  public Pictures maxHosts(int maxHosts) {
    this.maxHosts = maxHosts;
    return this;
  }

  public Pictures stable(double perSecond) {
    this.stable = new Reading.Known<>(new RequestRate(perSecond), "a minute");
    return this;
  }

  public Pictures panic(double perSecond) {
    this.panic = new Reading.Known<>(new RequestRate(perSecond), "ten seconds");
    return this;
  }

  public Pictures recentPeak(double perSecond) {
    this.recentPeak = new Reading.Known<>(new RequestRate(perSecond), "the busiest minute");
    return peakKnown(perSecond);
  }

  /** The busiest minute of those that are known, while others are missing. */
  public Pictures peakKnown(double perSecond) {
    this.peakKnown = new RequestRate(perSecond);
    return this;
  }

  public Pictures history(RateHistory history) {
    this.history = history;
    return this;
  }

  public Pictures experience(Experience experience) {
    this.experience = experience;
    return this;
  }

  public Pictures p95(Duration latency) {
    this.p95 = latency;
    return this;
  }

  /** A deployment is under way. */
  public Pictures deploying(Rollout rollout) {
    this.deployments = 2;
    this.rollout = rollout;
    return this;
  }

  /** The newest deployment began so long ago. */
  public Pictures begun(Duration ago) {
    this.begunAt = Optional.of(NOW.minus(ago));
    return this;
  }

  /** ECS began so long ago to take back a deployment that had failed. */
  public Pictures rollingBack(Duration ago) {
    this.rollingBack = true;
    return deploying(new Rollout.Rolling(100, 200)).begun(ago);
  }

  /** ECS last looked so long ago for a host with room, in vain. */
  public Pictures withoutRoom(Duration ago) {
    this.withoutRoomAt = Optional.of(NOW.minus(ago));
    return this;
  }

  public Pictures launchTrouble(int failures, Instant latest) {
    this.launchTrouble =
        Optional.of(new LaunchTrouble(failures, latest, "no capacity in us-east-1a"));
    return this;
  }

  public Pictures rival(String sentence) {
    this.rivals = List.of(sentence);
    return this;
  }

  public Pictures empty(String... instanceIds) {
    this.empty = List.of(instanceIds);
    return this;
  }

  public Pictures floor(int tasks, Instant until) {
    directives = new Directives(Optional.of(new Directive.Floor(tasks, until)), directives.hold());
    return this;
  }

  public Pictures hold(Instant until) {
    directives = new Directives(directives.floor(), Optional.of(new Directive.Hold(until)));
    return this;
  }

  /** How long ago the hosts registered. */
  public Pictures registeredFor(Duration duration) {
    this.registeredFor = duration;
    return this;
  }

  /** Something that could not be read. */
  public Pictures gap(String sentence) {
    this.gaps = List.of(sentence);
    return this;
  }

  public Observation taken() {
    return new Observation(
        NOW,
        new ServiceState(
            tasks,
            Math.min(tasks, inService - empty.size()),
            0,
            deployments,
            Optional.empty(),
            begunAt,
            rollingBack,
            rollout,
            withoutRoomAt),
        group.orElseGet(this::groupState),
        new Demand(
            stable, panic, recentPeak, peakKnown, new Reading.Known<>(p95, "the load balancer")),
        history,
        experience,
        launchTrouble,
        rivals,
        directives,
        gaps);
  }

  private GroupState groupState() {
    return new GroupState(
        hosts,
        new Bounds(0, maxHosts),
        IntStream.range(0, inService)
            .mapToObj(i -> new Host("i-" + i, Host.Phase.IN_SERVICE))
            .toList(),
        registrationsKnown ? new Reading.Known<>(registrations(), "ECS") : unknown());
  }

  /**
   * As many tasks as fit, on the hosts that are not said to be empty; a host that got none is not
   * empty for that: it still holds one that is being stopped.
   */
  private Map<String, Registration> registrations() {
    Map<String, Registration> registrations = new TreeMap<>();
    int left = tasks;
    for (int i = 0; i < inService; i++) {
      String id = "i-" + i;
      boolean isEmpty = empty.contains(id);
      int placed = isEmpty ? 0 : Math.min(left, host.fit(task));
      left -= placed;
      registrations.put(
          id,
          new Registration(
              Registration.State.OPEN,
              host,
              isEmpty ? host : host.less(task, Math.max(1, placed)),
              NOW.minus(registeredFor),
              Collections.nCopies(placed, new PlacedTask(Optional.of("embed"), task))));
    }
    return registrations;
  }

  private static <T> Reading<T> unknown() {
    return new Reading.Unknown<>("nothing was published");
  }
}
