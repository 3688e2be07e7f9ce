package dev.lockstep.drills.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceTest {
  @TempDir Path folder;

  @Test
  void aBinIsSpreadOverItsSeconds() throws IOException {
    Trace trace = trace("second,requests\n0,20\n10,40\n");

    assertThat(trace.seconds()).isEqualTo(20);
    assertThat(trace.ratePerSecond(9)).isEqualTo(2);
    assertThat(trace.ratePerSecond(10)).isEqualTo(4);
    assertThat(trace.ratePerSecond(20)).isZero();
    assertThat(trace.exact()).isFalse();
  }

  @Test
  void countsOfASecondAreExactUntilTheyAreScaled() throws IOException {
    Trace trace = trace("second,requests\n0,3\n1,0\n2,5\n");

    assertThat(trace.exact()).isTrue();
    assertThat(trace.scaledToMean(40).exact()).isFalse();
    assertThat(trace.scaledToMean(40).mean()).isCloseTo(40, within(1e-9));
  }

  @Test
  void spedUpTheRatesStayAndTheTimeShrinks() throws IOException {
    Trace trace = trace("second,requests\n0,2\n1,4\n2,6\n3,8\n").spedUp(2);

    assertThat(trace.seconds()).isEqualTo(2);
    assertThat(trace.ratePerSecond(0)).isEqualTo(3);
    assertThat(trace.ratePerSecond(1)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a,b                                 | line 1: is 'a,b' but must be second,requests
          second,requests                     | has 0 lines of data; 2 or more are needed
          second,requests\\n0,x\\n1,1         | line 2: is '0,x' but must be a rising second and a count
          second,requests\\n0                 | line 2: is '0' but must be
          second,requests\\n0,1\\n0,1         | line 3: is '0,1' but must be a rising second
          second,requests\\n0,1\\n1,-1        | line 3: is '1,-1' but must be
          second,requests\\n0,1\\n1,NaN       | line 3: is '1,NaN' but must be
          """)
  void aFileThatIsNoTraceIsRefusedByItsLine(String text, String message) {
    assertThatThrownBy(() -> trace(text.replace("\\n", "\n")))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThereIsRefusedWithWhatToGive() {
    assertThatThrownBy(() -> Trace.read(folder.resolve("none.csv")))
        .hasMessageContaining("none.csv cannot be read: NoSuchFileException")
        .hasMessageContaining("second,requests");
  }

  private Trace trace(String text) throws IOException {
    return Trace.read(Files.writeString(folder.resolve("trace.csv"), text));
  }
}
