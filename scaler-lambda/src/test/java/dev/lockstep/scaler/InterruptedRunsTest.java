package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  private static final int MOST = 10;
  private static final int LEAST = InterruptibleFunction.LEAST_TASKS;
  private static final double RATE_PER_TASK = InterruptibleFunction.RATE_PER_TASK;

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
  private final InterruptibleFunction function =
      new InterruptibleFunction(aws, "FORECAST", "false");

  @Property(tries = 200)
  void whateverHappenedTheNextRunsCompleteIt(@ForAll("minutes") List<Minute> minutes) {
    double last = 0;
    function.remember(minutes.getFirst().demand());
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
    function.remember(minutes.getFirst().demand());
    for (Minute minute : minutes) {
      publish(minute.demand());
      try (ExecutorService both = Executors.newFixedThreadPool(2)) {
        Future<?> first = both.submit(() -> function.run());
        Future<?> second = both.submit(() -> function.run());
        first.get();
        second.get();
      }
      assertThat(aws.tasks).isBetween(0, MOST);
      assertThat(aws.hosts).isBetween(0, MOST);
      aws.settle();
      function.minuteGoesBy();
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
    aws.settle();
    function.minuteGoesBy();
  }

  private void mishap(Minute minute) {
    switch (minute.mishap()) {
      case NONE -> function.run();
      case LOST -> {}
      case DOUBLED -> {
        function.run();
        function.run();
      }
      case CUT_OFF -> function.cutOffAfter(minute.cutAfter());
      case HOSTS_REFUSED -> refused("setDesiredCapacity");
      case TASKS_REFUSED -> refused("updateService");
      case BLIND -> refused("describeServices");
      case WITHOUT_METRICS -> refused("getMetricData");
    }
  }

  private void refused(String operation) {
    aws.fail(operation, "Rate exceeded");
    function.run();
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

  private void publish(double demand) {
    function.publish(demand, function.now().minus(Duration.ofMinutes(1)));
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
