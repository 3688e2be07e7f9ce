package dev.lockstep.drills.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class DrillCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** What {@code drill.sh} says. */
  @BeforeAll
  static void thePagesAreThere() {
    System.setProperty("lockstep.runbooks", "..");
  }

  @Test
  void aPagesDrillTellsWhatHappenedAndWhatHeld() {
    assertThat(run("run", "no-gpu-capacity")).isZero();
    assertThat(out.toString())
        .contains("(runbooks/no-gpu-capacity.md)")
        .contains("operator       terraform -chdir=infra apply -var 'instance_types=")
        .contains("alarm          hosts-undelivered OK -> ALARM")
        .containsPattern("claim holds +recovers by 30:00")
        .containsPattern("([0-9]+) of \\1 claims hold");
  }

  @Test
  void aBrokenClaimIsNamedAndIsAnExitCode(@TempDir Path folder) throws IOException {
    Path without = folder.resolve("without-operator.yaml");
    String scenario = Files.readString(Path.of("..", "scenarios", "no-gpu-capacity.yaml"));
    Files.writeString(
        without,
        scenario.substring(0, scenario.indexOf("operator:"))
            + scenario.substring(scenario.indexOf("claims:")));

    assertThat(run("run", without.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("claim BROKEN +hosts >= 5 at 26:00 \\(it was 2\\)")
        .containsPattern("\nBROKEN +recovers by 30:00");
  }

  @Test
  void theScenariosAreListed() {
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("traffic-spike", "tasks-alone", "tasks-pending");
  }

  @Test
  void aStoryEndsWithItsSummary() {
    assertThat(run("run", "traffic-spike")).isZero();
    assertThat(out.toString())
        .contains("decision       alarm demand went OK -> ALARM: hosts 2 -> 5, because 37")
        .containsPattern("requests   [0-9,]+ sent")
        .contains("over time");
  }

  @Test
  void theIncidentIsPlayedBothWaysAndCompared() {
    assertThat(run("run", "tasks-alone")).isZero();
    assertThat(out.toString())
        .contains("tasks alone: 2 of 5 tasks serve")
        .contains("Lockstep:    6 of 6 tasks serve");
  }

  @Test
  void aFleetIsSizedFromTwoMeasuredTimes() {
    assertThat(run("size", "--peak", "40")).isZero();
    assertThat(out.toString())
        .contains("A task takes 50.0 + 40.0 b ms for b requests, up to 8: at most 21.6 requests/s.")
        .containsPattern("LOCKSTEP_RPS_PER_TASK  7\\.[5-9]")
        .containsPattern("peak of 40 requests/s  tasks: 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run nothing                          | there is no scenario 'nothing'; 'drill.sh list' names those there are
          run traffic-spike --lead 0           | --lead is 1 second or more, not 0
          run traffic-spike --trace none.csv   | the trace none.csv cannot be read
          size --batch 1                       | --batch is 1; it must be 2 or more
          size --one-ms 300 --batch-ms 400     | --budget-ms is 250; it must be at least 300.0, what a request alone takes
          size --one-ms 50 --batch-ms 401      | --batch-ms is 401.0; it must be from 50.0, what one takes, to 400.0, what 8 take one by one
          up --duration soon                   | --duration is 'soon' but must be a number with s, m or h
          """)
  void aBadArgumentIsRefusedWithWhatToDo(String arguments, String message) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({"--help", "list --help", "run --help", "size --help", "up --help"})
  void helpIsEverywhere(String arguments) {
    assertThat(run(arguments.split(" ", -1))).isZero();
    assertThat(out.toString()).contains("Usage: drill.sh");
  }

  private int run(String... arguments) {
    CommandLine commandLine = DrillCommand.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
