package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Runs that are lost, doubled, cut off between any two calls, refused by AWS or blind: whatever
 * state they leave, the next ones complete it, and on the way nothing is done that must never be.
 */
final class InterruptedRunsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:07Z");
  private static final byte[] TICK =
      "{\"detail-type\":\"Scheduled Event\",\"time\":\"2026-03-01T12:00:00Z\"}"
          .getBytes(StandardCharsets.UTF_8);
  private static final int MOST = 10;
  private static final int LEAST = 2;
  private static final double RATE_PER_TASK = 8;

  /** Longer than the way in remembers. */
  private static final int MINUTES_TO_COMPLETE = 60;

  /** What goes wrong with one run. */
  enum Mishap {
    NONE,
    LOST,
    DOUBLED,
    CUT_OFF,
    HOSTS_REFUSED,
    TASKS_REFUSED,
    BLIND,
    WITHOUT_METRICS
  }

  /**
   * One minute.
   *
   * @param cutAfter the call after which a run that is cut off ends
   */
  record Minute(double demand, Mishap mishap, int cutAfter) {}

  private final FakeAws aws = new FakeAws();
  private final List<String> log = new ArrayList<>();
  private Instant now = START;

  @Property(tries = 200)
  void whateverHappenedTheNextRunsCompleteIt(@ForAll("minutes") List<Minute> minutes) {
    double last = 0;
    remember(minutes.getFirst().demand());
    for (Minute minute : minutes) {
      last = minute.demand();
      play(minute);
    }
    for (int i = 0; i < MINUTES_TO_COMPLETE; i++) {
      play(new Minute(last, Mishap.NONE, 0));
    }

    int needed = Math.clamp((int) Math.ceil(last / RATE_PER_TASK - 1e-9), LEAST, MOST);
    // A task is given up only when a tenth more demand would not ask for it again at once.
    int kept = Math.clamp((int) Math.ceil(1.1 * last / RATE_PER_TASK - 1e-9), LEAST, MOST);
    assertThat(aws.tasks).isBetween(needed, Math.max(needed, kept));
    assertThat(aws.hosts).isEqualTo(aws.tasks);
    assertThat(aws.draining).isEmpty();
  }

  @Property(tries = 100)
  void twoRunsAtOnceAreAsHarmlessAsOne(@ForAll("minutes") List<Minute> minutes) throws Exception {
    remember(minutes.getFirst().demand());
    for (Minute minute : minutes) {
      publish(minute.demand());
      try (ExecutorService both = Executors.newFixedThreadPool(2)) {
        Future<?> first = both.submit(() -> handler().handle(TICK));
        Future<?> second = both.submit(() -> handler().handle(TICK));
        first.get();
        second.get();
      }
      assertThat(aws.tasks).isBetween(0, MOST);
      assertThat(aws.hosts).isBetween(0, MOST);
      aws.settle();
      now = now.plus(Duration.ofMinutes(1));
    }
  }

  private void play(Minute minute) {
    publish(minute.demand());
    int tasks = aws.tasks;
    int hosts = aws.hosts;
    aws.changes.clear();
    mishap(minute);
    held(minute, tasks, hosts);
    aws.heal();
    aws.whenCalled = _ -> {};
    aws.settle();
    now = now.plus(Duration.ofMinutes(1));
  }

  private void mishap(Minute minute) {
    switch (minute.mishap()) {
      case NONE -> handler().handle(TICK);
      case LOST -> {}
      case DOUBLED -> {
        handler().handle(TICK);
        handler().handle(TICK);
      }
      case CUT_OFF -> cutOff(minute.cutAfter());
      case HOSTS_REFUSED -> refused("setDesiredCapacity");
      case TASKS_REFUSED -> refused("updateService");
      case BLIND -> refused("describeServices");
      case WITHOUT_METRICS -> refused("getMetricData");
    }
  }

  private void refused(String operation) {
    aws.fail(operation, "Rate exceeded");
    handler().handle(TICK);
  }

  /** The process ends: whatever the run would have called next, it does not. */
  private void cutOff(int calls) {
    AtomicInteger left = new AtomicInteger(calls);
    aws.whenCalled =
        _ -> {
          if (left.getAndDecrement() <= 0) {
            throw new CutOff();
          }
        };
    try {
      handler().handle(TICK);
    } catch (CutOff _) {
      // The run is over.
    }
  }

  /** What holds after each run, whatever happened in it. */
  private void held(Minute minute, int tasks, int hosts) {
    assertThat(aws.tasks).as("tasks within bounds").isBetween(LEAST, MOST);
    assertThat(aws.hosts).as("hosts within bounds").isBetween(LEAST, MOST);
    assertThat(aws.tasks)
        .as("tasks have hosts that were ordered")
        .isLessThanOrEqualTo(Math.max(tasks, aws.hosts));
    aws.changes.stream()
        .filter(change -> change.startsWith("end "))
        .map(change -> change.substring("end ".length(), change.indexOf(',')))
        .forEach(host -> assertThat(aws.empty).as("only empty hosts are ended").contains(host));
    boolean blind =
        minute.mishap() == Mishap.BLIND
            || minute.mishap() == Mishap.WITHOUT_METRICS
            || minute.mishap() == Mishap.LOST;
    if (blind) {
      assertThat(aws.tasks).as("missing data takes nothing away").isGreaterThanOrEqualTo(tasks);
      assertThat(aws.hosts).as("missing data takes nothing away").isGreaterThanOrEqualTo(hosts);
    }
  }

  private ScalerHandler handler() {
    return new ScalerHandler(
        new Estate(List.of(Policies.with("FORECAST", "false"))),
        aws.ecs,
        aws.autoScaling,
        aws.cloudWatch,
        InstantSource.fixed(now),
        log::add);
  }

  /** An hour of it, so that the way in has something to look back on. */
  private void remember(double demand) {
    for (int i = 80; i > 0; i--) {
      publish(demand, now.minus(Duration.ofMinutes(i)));
    }
  }

  private void publish(double demand) {
    publish(demand, now.minus(Duration.ofMinutes(1)));
  }

  private void publish(double demand, Instant at) {
    Instant minute = Instant.ofEpochSecond(at.getEpochSecond() / 60 * 60);
    aws.metric("RequestCount", minute, demand * 60);
    aws.metric("TargetResponseTime", minute, 0.12);
  }

  private static final class CutOff extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Provide
  Arbitrary<List<Minute>> minutes() {
    return Combinators.combine(
            Arbitraries.doubles().between(0, 90),
            Arbitraries.of(Mishap.values()),
            Arbitraries.integers().between(0, 20))
        .as(Minute::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }
}
