package dev.lockstep.drills.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.drill.Scenarios;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * "Zero prolonged PENDING in every scenario where capacity is granted", as it is printed: {@code
 * drill.sh run} of everything that can be played says 0, whoever it was that asked for a task. What
 * says more is listed here, by name and with the reason why no capacity is granted, and must say
 * more.
 */
@Timeout(60)
final class NothingProlongedTest {
  private static final Pattern PRINTED =
      Pattern.compile("task-seconds without a host, ([0-9,]+) of them with none on its way");

  /**
   * Whose summaries print more than 0, and which of them, from 0 on: nobody asks EC2 for the hosts.
   */
  private static final Map<Summarised, String> NOBODY_ASKS_FOR_HOSTS =
      Map.of(
          new Summarised("tasks-alone", 0),
          "first the function that raises tasks and never hosts is played",
          new Summarised("tasks-pending", 0),
          "somebody raises tasks by hand, and somebody's hold forbids to order their hosts");

  /** The how manieth summary that the run of a scenario prints. */
  private record Summarised(String scenario, int number) {}

  @BeforeAll
  static void thePagesAreThere() {
    System.setProperty("lockstep.runbooks", "..");
  }

  private static Stream<String> everything() {
    return Stream.concat(
            Scenarios.all().stream(),
            Runbooks.here().all().stream().map(incident -> incident.scenario()))
        .map(scenario -> scenario.name());
  }

  @ParameterizedTest
  @MethodSource("everything")
  void noTaskWaitsWhereCapacityIsGranted(String scenario) {
    List<Integer> printed = printedBy(scenario);

    assertThat(printed).isNotEmpty();
    assertThat(IntStream.range(0, printed.size()).boxed())
        .allSatisfy(number -> {
          String reason = NOBODY_ASKS_FOR_HOSTS.getOrDefault(new Summarised(scenario, number), "");
          if (reason.isEmpty()) {
            assertThat(printed.get(number)).isZero();
          } else {
            assertThat(printed.get(number)).as("no exception any more: %s", reason).isPositive();
          }
        });
  }

  @Test
  void everyExceptionIsOfAScenarioThatThereIs() {
    assertThat(everything())
        .containsAll(NOBODY_ASKS_FOR_HOSTS.keySet().stream().map(Summarised::scenario).toList());
  }

  private static List<Integer> printedBy(String scenario) {
    StringWriter out = new StringWriter();
    CommandLine commandLine = DrillCommand.commandLine().setOut(new PrintWriter(out, true));
    assertThat(commandLine.execute("run", scenario)).isZero();
    return PRINTED
        .matcher(out.toString())
        .results()
        .map(match -> Integer.valueOf(match.group(1).replace(",", "")))
        .toList();
  }
}
