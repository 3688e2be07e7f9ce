package dev.lockstep.drills.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.drills.compare.Frontier.Point;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class FrontierTest {

  @Test
  void betweenTwoSettingsAFleetCanSpendItsTimeAtBoth() {
    Frontier frontier = Frontier.through("p", List.of(point(1, 4), point(2, 2)));

    assertThat(frontier.violationsAt(1.5).orElseThrow()).isCloseTo(3, within(1e-9));
    assertThat(frontier.costAt(3).orElseThrow()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void nothingIsSaidOfWhatIsCheaperThanTheLeanestSetting() {
    Frontier frontier = Frontier.through("p", List.of(point(1.2, 4), point(2, 2)));

    assertThat(frontier.violationsAt(1.1)).isEmpty();
    assertThat(frontier.costAt(1)).isEmpty();
  }

  @Test
  void moreMoneyThanTheMostGenerousSettingNeedsBuysNoMore() {
    Frontier frontier = Frontier.through("p", List.of(point(1.2, 4), point(2, 2)));

    assertThat(frontier.violationsAt(3).orElseThrow()).isEqualTo(2);
  }

  @Test
  void aSettingThatAMixtureOfTwoOthersBeatsIsNoneOfTheFrontier() {
    Frontier frontier =
        Frontier.through("p", List.of(point(1, 4), point(1.5, 3.9), point(2, 0), point(2.5, 1)));

    assertThat(frontier.envelope()).containsExactly(point(1, 4), point(2, 0));
  }

  @Property
  void theFrontierIsConvexFallsAndLiesBelowEverySetting(@ForAll("settings") List<Point> points) {
    Frontier frontier = Frontier.through("p", points);
    List<Point> envelope = frontier.envelope();

    for (int i = 1; i < envelope.size(); i++) {
      assertThat(envelope.get(i).cost()).isGreaterThan(envelope.get(i - 1).cost());
      assertThat(envelope.get(i).violationPercent())
          .isLessThan(envelope.get(i - 1).violationPercent());
    }
    for (Point point : points) {
      assertThat(frontier.violationsAt(point.cost()).orElseThrow())
          .isLessThanOrEqualTo(point.violationPercent() + 1e-9);
    }
  }

  @Provide
  Arbitrary<List<Point>> settings() {
    Arbitrary<Double> costs = Arbitraries.doubles().between(0.5, 5);
    Arbitrary<Double> violations = Arbitraries.doubles().between(0, 50);
    return Combinators.combine(costs, violations)
        .as(FrontierTest::point)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  private static Point point(double cost, double violations) {
    return new Point("k", cost, violations);
  }
}
