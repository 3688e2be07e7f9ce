package dev.lockstep.drills.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0,           0",
    "0.00123456,  0.00123",
    "0.0283,      0.0283",
    "0.5,         0.5",
    "0.99951,     1.00",
    "1.2345,      1.23",
    "63.789,      63.79",
    "0.0000867,   8.67e-05"
  })
  void aSmallNumberKeepsThreeDigitsAndNothingAtAllIsAPlainZero(double value, String text) {
    assertThat(Figures.of(value)).isEqualTo(text);
  }

  @Test
  void whatIsNotThereIsADash() {
    assertThat(Figures.of(OptionalDouble.empty())).isEqualTo("-");
    assertThat(Figures.of(OptionalDouble.of(0.25))).isEqualTo("0.25");
  }
}
