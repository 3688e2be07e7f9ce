package dev.lockstep.scaler.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.observe.Resources;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PackingTest {
  private static final Resources HOST = new Resources(4, 16_384, 64_000);

  private final Packing packing = new Packing();

  @Test
  void gpusThatDoNotDivideAHostAreLeftOver() {
    Resources each = new Resources(3, 0, 0);

    // ceil(4 * 3 / 4) would be 3.
    assertThat(packing.placeOnMore(4, each, HOST)).isEqualTo(4);
  }

  @Test
  void memoryDecidesWhereItIsScarcest() {
    assertThat(packing.placeOnMore(4, new Resources(1, 1024, 40_000), HOST)).isEqualTo(4);
    assertThat(new Packing().placeOnMore(4, new Resources(1, 1024, 16_000), HOST)).isEqualTo(1);
  }

  @Test
  void whatOneServiceLeavesAnotherTakes() {
    packing.hosts(2, HOST);

    assertThat(packing.place(2, new Resources(3, 0, 0))).isEqualTo(2);
    assertThat(packing.place(3, new Resources(1, 0, 0))).isEqualTo(2);
    assertThat(packing.placeOnMore(1, new Resources(1, 0, 0), HOST)).isEqualTo(1);
  }

  @Test
  void aTaskThatNoHostHoldsGetsNone() {
    assertThat(packing.placeOnMore(4, new Resources(5, 0, 0), HOST)).isZero();
    assertThat(packing.used()).isZero();
  }

  @Test
  void aTaskThatHoldsNothingIsNoReasonForAHost() {
    assertThat(packing.placeOnMore(4, Resources.NONE, HOST)).isZero();
  }

  @Test
  void hostsThatGotNoTaskAreNamed() {
    packing.host("i-full", HOST.less(HOST, 1), true);
    packing.host("i-half", HOST, false);
    packing.host("i-empty", HOST, false);
    packing.hosts(1, HOST);
    packing.place(1, HOST);

    assertThat(packing.unused()).containsExactly("i-empty");
    assertThat(packing.used()).isEqualTo(2);
  }

  @Property
  void alikeTasksNeedExactlyAsManyHostsAsTheFormulaSays(
      @ForAll @IntRange(max = 500) int tasks,
      @ForAll @IntRange(min = 1, max = 8) int perTask,
      @ForAll @IntRange(max = 8) int morePerHost) {
    Resources host = new Resources(perTask + morePerHost, 0, 0);

    assertThat(new Packing().placeOnMore(tasks, new Resources(perTask, 0, 0), host))
        .isEqualTo(Math.ceilDiv(tasks, (perTask + morePerHost) / perTask));
  }

  @Property
  void nothingIsPlacedTwiceAndNoHostHoldsMoreThanItHas(
      @ForAll @IntRange(max = 50) int hosts,
      @ForAll @IntRange(max = 300) int tasks,
      @ForAll @IntRange(min = 1, max = 4) int gpus) {
    Packing there = new Packing();
    there.hosts(hosts, HOST);

    assertThat(there.place(tasks, new Resources(gpus, 0, 0)))
        .isEqualTo(Math.min(tasks, hosts * (4 / gpus)));
  }
}
