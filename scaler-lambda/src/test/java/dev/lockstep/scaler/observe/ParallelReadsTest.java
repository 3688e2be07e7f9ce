package dev.lockstep.scaler.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ParallelReadsTest {
  @Test
  @Timeout(30)
  void sideBySideReadsWaitForAwsAtTheSameTime() {
    CyclicBarrier meeting = new CyclicBarrier(2);

    Future<Integer> first = ParallelReads.SIDE_BY_SIDE.start(meeting::await);
    Future<Integer> second = ParallelReads.SIDE_BY_SIDE.start(meeting::await);

    assertThat(List.of(ParallelReads.get(first), ParallelReads.get(second)))
        .containsExactlyInAnyOrder(0, 1);
  }

  @ParameterizedTest
  @EnumSource
  void resultsComeInTheOrderOfTheirInputs(ParallelReads reads) {
    assertThat(reads.each(List.of(1, 2, 3), number -> 10 * number)).containsExactly(10, 20, 30);
    assertThat(reads.each(List.of(), number -> number)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aFailureIsThrownAsItWas(ParallelReads reads) {
    assertThatThrownBy(() ->
            ParallelReads.get(
                reads.start(() -> {
                  throw new IllegalArgumentException("no such group");
                })))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such group");
  }

  @Test
  void batchesHoldWhatACallTakesAndTheLastOneTheRest() {
    assertThat(ParallelReads.batches(List.of(1, 2, 3, 4, 5), 2))
        .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
  }
}
