package dev.lockstep.inference.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class AdmissionGateTest {

  @Test
  void aBoundBelowOneIsRefused() {
    assertThatThrownBy(() -> new AdmissionGate(0))
        .hasMessage("lockstep.max-in-flight is 1 or more, not 0");
  }

  @Test
  void aPassGivenBackLetsTheNextOneIn() {
    AdmissionGate gate = new AdmissionGate(1);
    AdmissionGate.Pass first = gate.enter().orElseThrow();
    assertThat(gate.enter()).isEmpty();

    first.close();

    assertThat(gate.enter()).isPresent();
  }

  @Property
  void howeverCallersComeAndGoTheBoundHoldsExactly(
      @ForAll @IntRange(min = 1, max = 8) int bound, @ForAll List<Boolean> arrivals) {
    AdmissionGate gate = new AdmissionGate(bound);
    Deque<AdmissionGate.Pass> inside = new ArrayDeque<>();
    for (boolean arrives : arrivals) {
      if (arrives) {
        boolean full = inside.size() == bound;
        gate.enter().ifPresent(inside::push);
        assertThat(inside.size()).isEqualTo(full ? bound : gate.inFlight());
      } else if (!inside.isEmpty()) {
        inside.pop().close();
      }
      assertThat(gate.inFlight()).isEqualTo(inside.size()).isLessThanOrEqualTo(bound);
    }
  }
}
