package dev.lockstep.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as text: whoever reads one has the number that was written. */
final class DecimalTextTest {
  private static final String JSON_NUMBER = "-?(0|[1-9]\\d*)(\\.\\d+)?(E-?\\d+)?";

  @Property
  void everyFiniteFloatIsReadBackToItsLastBit(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    if (Float.isFinite(value)) {
      assertReadBack(value);
    }
  }

  @Property
  void soIsWhatVectorsOfNormOneAreMadeOf(@ForAll @FloatRange(min = -1, max = 1) float value) {
    assertReadBack(value);
  }

  @Property
  void soIsWhatLiesBesideAPowerOfTen(@ForAll boolean above) {
    for (int exponent = -5; exponent <= 9; exponent++) {
      float power = Float.parseFloat("1e" + exponent);
      assertReadBack(above ? Math.nextUp(power) : Math.nextDown(power));
      assertReadBack(power);
    }
  }

  private static void assertReadBack(float value) {
    String text = text(value);
    assertThat(text).matches(JSON_NUMBER).hasSizeLessThanOrEqualTo(DecimalText.MOST_CHARACTERS);
    assertThat(Float.floatToRawIntBits(Float.parseFloat(text)))
        .as(text)
        .isEqualTo(Float.floatToRawIntBits(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5",
    "-0.25, -0.25",
    "1, 1.0",
    "0.1, 0.100000001",
    "0.001, 0.00100000005",
    "123.456, 123.456001",
    "9999999, 9999999.0",
    "0, 0.0",
    "-0.0, -0.0",
    "1e-7, 1.0E-7",
    "3e38, 3.0E38",
  })
  void nineDigitsAndNoZerosBehindThem(float value, String text) {
    assertThat(text(value)).isEqualTo(text);
  }

  @Example
  void whatIsNoNumberIsAString() {
    assertThat(text(Float.NaN)).isEqualTo("\"NaN\"");
    assertThat(text(Float.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
  }

  private static String text(float value) {
    char[] text = new char[3 + DecimalText.MOST_CHARACTERS];
    return new String(text, 3, DecimalText.write(value, text, 3) - 3);
  }
}
