package dev.lockstep.inference.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ScoresTest {
  @Test
  void equalLogitsShareAndZeroIsUndecided() {
    assertThat(Scores.softmax(new float[] {3, 3})).containsExactly(0.5f, 0.5f);
    assertThat(Scores.sigmoid(0)).isEqualTo(0.5f);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertThat(Scores.softmax(new float[] {1e4f, -1e4f})).containsExactly(1, 0);
    assertThat(Scores.sigmoid(-1e4f)).isZero();
    assertThat(Scores.sigmoid(1e4f)).isEqualTo(1);
  }

  @Property
  void sharesAddUpToOneAndKeepTheOrder(
      @ForAll @Size(min = 1, max = 20) List<@FloatRange(min = -50, max = 50) Float> logits) {
    float[] given = new float[logits.size()];
    for (int i = 0; i < given.length; i++) {
      given[i] = logits.get(i);
    }

    float[] shares = Scores.softmax(given);

    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += shares[i];
      if (i > 0 && given[i] >= given[i - 1]) {
        assertThat(shares[i]).isGreaterThanOrEqualTo(shares[i - 1]);
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }
}
