package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Between the load balancer and the meter nothing is lost and nothing is counted twice. */
final class RecentTrafficTest {
  private final SharedTally source = new SharedTally();
  private final RecentTraffic traffic = new RecentTraffic(source);

  @Test
  void aRateIsThatOfTheLastFiveSeconds() {
    assertThat(traffic.sentPerSecond()).isZero();
    for (int second = 0; second < 5; second++) {
      send(10);
      traffic.secondOver();
    }
    assertThat(traffic.sentPerSecond()).isEqualTo(10);

    send(60);
    traffic.secondOver();
    assertThat(traffic.sentPerSecond()).isEqualTo(20);
  }

  @Property(tries = 200)
  void theMeterGetsEachRequestOnceWhereverTheSecondsFall(
      @ForAll @IntRange(min = 0, max = 20) int before,
      @ForAll @IntRange(min = 0, max = 20) int within,
      @ForAll @IntRange(min = 0, max = 20) int after) {
    SharedTally tally = new SharedTally();
    RecentTraffic between = new RecentTraffic(tally);
    send(tally, before);
    between.secondOver();
    send(tally, within);
    long first = between.get().sent();
    send(tally, after);
    between.secondOver();
    long second = between.get().sent();

    assertThat(first).isEqualTo(before + within);
    assertThat(second).isEqualTo(after);
    assertThat(between.total().sent()).isEqualTo(before + within + after);
    assertThat(between.recent().sent()).isEqualTo(before + within + after);
  }

  private void send(int count) {
    send(source, count);
  }

  private static void send(SharedTally tally, int count) {
    for (int i = 0; i < count; i++) {
      tally.arrived();
    }
  }
}
