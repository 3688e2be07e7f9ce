package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.decide.Lateness.Verdict;
import dev.lockstep.scaler.observe.ServiceMinute;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one minute says of five tasks that are thought to sustain 8 requests/s within 250 ms. */
final class LatenessTest {
  private static final Instant MINUTE = Instant.parse("2026-03-01T12:00:00Z");

  enum Series {
    REQUESTS,
    TASKS,
    P95,
    P50
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMissingSaysNothing(Series missing) {
    Minute minute = late();
    Minute incomplete =
        switch (missing) {
          case REQUESTS -> minute.requests(OptionalDouble.empty());
          case TASKS -> minute.tasks(OptionalDouble.empty());
          case P95 -> minute.p95(Optional.empty());
          case P50 -> minute.p50(Optional.empty());
        };

    assertThat(judged(incomplete))
        .isEqualTo(new Verdict.Silent("not all of requests, tasks and latency are known"));
  }

  @Test
  void anUnknownMinuteBeforeSaysNothingOfThisOne() {
    for (int ago = 1; ago <= 3; ago++) {
      Instant missing = MINUTE.minus(Duration.ofMinutes(ago));
      List<ServiceMinute> minutes =
          settled(late()).stream().filter(minute -> !minute.start().equals(missing)).toList();

      assertThat(judged(minutes, Optional.empty()))
          .isEqualTo(new Verdict.Silent("healthy tasks came or went"));
    }
  }

  @Test
  void aFewRequestsSayNothing() {
    Minute few = late().tasks(OptionalDouble.of(1));

    assertThat(judged(few.requests(OptionalDouble.of(59))))
        .isEqualTo(new Verdict.Silent("too few requests came to tell"));
    assertThat(judged(few.requests(OptionalDouble.of(60)))).isInstanceOf(Verdict.Late.class);
    assertThat(judged(late().tasks(OptionalDouble.of(0)))).isInstanceOf(Verdict.Silent.class);
  }

  @Test
  void errorsSayNothing() {
    assertThat(judged(late().errors(24))).isInstanceOf(Verdict.Late.class);
    assertThat(judged(late().errors(25)))
        .isEqualTo(new Verdict.Silent("1.0 % of the answers are errors"));
  }

  @Test
  void aTaskThatCameOrWentWithinThreeMinutesSaysNothing() {
    for (int ago = 1; ago <= 4; ago++) {
      Instant then = MINUTE.minus(Duration.ofMinutes(ago));
      List<ServiceMinute> minutes =
          settled(late()).stream()
              .map(minute ->
                  minute.start().equals(then)
                      ? late().tasks(OptionalDouble.of(4)).at(then)
                      : minute)
              .toList();

      assertThat(judged(minutes, Optional.empty()))
          .isInstanceOf(ago <= 3 ? Verdict.Silent.class : Verdict.Late.class);
    }
  }

  @Test
  void aDeploymentSaysNothingUntilFiveMinutesAfterItsEnd() {
    List<ServiceMinute> minutes = settled(late());

    assertThat(judged(minutes, Optional.of(MINUTE.minusSeconds(299))))
        .isEqualTo(new Verdict.Silent("a deployment ran"));
    assertThat(judged(minutes, Optional.of(MINUTE.minusSeconds(300))))
        .isInstanceOf(Verdict.Late.class);
  }

  @Test
  void aKnownShortageSaysNothingNew() {
    assertThat(judged(late().requests(OptionalDouble.of(8.16 * 60 * 5))))
        .isInstanceOf(Verdict.Late.class);
    assertThat(judged(late().requests(OptionalDouble.of(8.2 * 60 * 5))))
        .isEqualTo(new Verdict.Silent("a task has 8.2 requests/s, more than it is to have"));
  }

  @Test
  void oneBadHostLeavesMostAnswersQuick() {
    assertThat(judged(late().p95(Optional.of(Duration.ofMillis(451)))))
        .isEqualTo(
            new Verdict.Silent(
                "half of the answers took 150 ms at most: some hosts are slow, not all"));
    assertThat(judged(late().p95(Optional.of(Duration.ofMillis(450)))))
        .isInstanceOf(Verdict.Late.class);
  }

  @Test
  void answersThatWouldBeLateWithoutWaitingAreSlowElsewhere() {
    assertThat(judged(late().queueDelay(Optional.of(Duration.ofMillis(16)))))
        .isEqualTo(new Verdict.Silent("answers would be late if nobody waited for a GPU"));
    assertThat(judged(late().queueDelay(Optional.of(Duration.ofMillis(17)))))
        .isInstanceOf(Verdict.Late.class);
  }

  @Test
  void idleGpusMakeNobodyWait() {
    assertThat(judged(late().gpuPercent(OptionalDouble.of(29))))
        .isEqualTo(new Verdict.Silent("GPUs are busy for 29 % only"));
    assertThat(judged(late().gpuPercent(OptionalDouble.of(30)))).isInstanceOf(Verdict.Late.class);
  }

  @Test
  void theBudgetItselfIsInTime() {
    assertThat(judged(late().p95(Optional.of(Duration.ofMillis(250)))))
        .isEqualTo(new Verdict.InTime(8));
    assertThat(judged(late().p95(Optional.of(Duration.ofNanos(250_000_001)))))
        .isEqualTo(new Verdict.Late(8, Duration.ofNanos(250_000_001)));
  }

  @Test
  void aServiceThatRefusesIsNotLateButHasAsMuchTooMuchToDo() {
    Minute refusing =
        late()
            .p95(Optional.of(Duration.ofMillis(200)))
            .refusals(121)
            .gpuPercent(OptionalDouble.of(81));

    assertThat(judged(refusing)).isEqualTo(new Verdict.Late(8, Duration.ofMillis(200)));
    assertThat(judged(refusing.refusals(120))).isEqualTo(new Verdict.InTime(8));
    assertThat(judged(refusing.gpuPercent(OptionalDouble.of(80)))).isEqualTo(new Verdict.InTime(8));
    assertThat(judged(refusing.gpuPercent(OptionalDouble.empty())))
        .isEqualTo(new Verdict.InTime(8));
  }

  private static Verdict judged(Minute minute) {
    return judged(settled(minute), Optional.empty());
  }

  private static Verdict judged(List<ServiceMinute> minutes, Optional<Instant> deployed) {
    return new Lateness(Duration.ofMillis(250), deployed, minutes).of(minutes.getLast(), 8);
  }

  /** The minute after four more with as many tasks. */
  private static List<ServiceMinute> settled(Minute minute) {
    return IntStream.rangeClosed(0, 4)
        .mapToObj(i -> minute.at(MINUTE.minus(Duration.ofMinutes(4 - i))))
        .toList();
  }

  private static Minute late() {
    return new Minute(
        OptionalDouble.of(2400),
        OptionalDouble.of(5),
        Optional.of(Duration.ofMillis(300)),
        Optional.of(Duration.ofMillis(150)),
        0,
        0,
        Optional.empty(),
        OptionalDouble.empty());
  }

  /** A minute in the making. */
  private record Minute(
      OptionalDouble requests,
      OptionalDouble tasks,
      Optional<Duration> p95,
      Optional<Duration> p50,
      double errors,
      double refusals,
      Optional<Duration> queueDelay,
      OptionalDouble gpuPercent) {

    ServiceMinute at(Instant start) {
      return new ServiceMinute(
          start, requests, tasks, p95, p50, errors, refusals, queueDelay, gpuPercent);
    }

    Minute requests(OptionalDouble value) {
      return new Minute(value, tasks, p95, p50, errors, refusals, queueDelay, gpuPercent);
    }

    Minute tasks(OptionalDouble value) {
      return new Minute(requests, value, p95, p50, errors, refusals, queueDelay, gpuPercent);
    }

    Minute p95(Optional<Duration> value) {
      return new Minute(requests, tasks, value, p50, errors, refusals, queueDelay, gpuPercent);
    }

    Minute p50(Optional<Duration> value) {
      return new Minute(requests, tasks, p95, value, errors, refusals, queueDelay, gpuPercent);
    }

    Minute errors(double value) {
      return new Minute(requests, tasks, p95, p50, value, refusals, queueDelay, gpuPercent);
    }

    Minute refusals(double value) {
      return new Minute(requests, tasks, p95, p50, errors, value, queueDelay, gpuPercent);
    }

    Minute queueDelay(Optional<Duration> value) {
      return new Minute(requests, tasks, p95, p50, errors, refusals, value, gpuPercent);
    }

    Minute gpuPercent(OptionalDouble value) {
      return new Minute(requests, tasks, p95, p50, errors, refusals, queueDelay, value);
    }
  }
}
