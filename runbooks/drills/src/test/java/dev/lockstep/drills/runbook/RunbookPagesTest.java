package dev.lockstep.drills.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.Step;
import dev.lockstep.drills.operator.CommandLineText;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page has the same shape, a drill, and commands that work. */
final class RunbookPagesTest {
  private static final List<String> SECTIONS =
      List.of(
          "What you see",
          "What it means",
          "Check, in this order",
          "Act",
          "Verify",
          "Afterwards",
          "Drill");

  /** What fits on one page at a glance. */
  private static final int MOST_LINES = 130;

  static List<Page> pages() {
    return Page.incidents();
  }

  @Test
  void thereAreFourteenIncidents() {
    assertThat(pages()).hasSize(14);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageHasTheSectionsInOrderAndFitsOnOnePage(Page page) {
    assertThat(page.sections()).isEqualTo(SECTIONS);
    assertThat(page.text().lines().count()).isLessThanOrEqualTo(MOST_LINES);
    assertThat(page.text()).startsWith("# ");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageNamesExactlyTheDrillsThatPlayIt(Page page) {
    Set<String> scenarios =
        Drills.ofPages().stream()
            .filter(incident -> incident.page().equals(Optional.of(page.name())))
            .map(incident -> incident.scenario().name())
            .collect(Collectors.toSet());

    assertThat(page.drills()).isNotEmpty().isEqualTo(scenarios);
  }

  @Test
  void aDrillWithAPageHasThatPageAndIsNamedAsItsFile() {
    Set<String> names = pages().stream().map(Page::name).collect(Collectors.toSet());

    assertThat(Drills.ofPages())
        .allSatisfy(incident -> assertThat(names).contains(incident.page().orElseThrow()));
    assertThat(Drills.byFile())
        .allSatisfy(
            (file, incident) -> assertThat(file).isEqualTo(incident.scenario().name() + ".yaml"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandOfAPageIsOneThatAwsHasWithItsOptions(Page page) {
    assertThat(page.commands()).isNotEmpty();
    assertThat(page.commands())
        .allSatisfy(words -> assertThat(AwsOperations.problem(words)).isEmpty());
  }

  @Test
  void everyCommandOfTheGameDayAndOfTheInfrastructureIsOneToo() {
    List<Page> others =
        Stream.concat(
                Page.all().stream().filter(page -> page.name().equals(Page.GAME_DAY)),
                Stream.of(Page.ofInfrastructure()))
            .toList();

    assertThat(others).hasSize(2);
    assertThat(others)
        .allSatisfy(page -> {
          assertThat(page.commands()).isNotEmpty();
          assertThat(page.commands())
              .allSatisfy(words -> assertThat(AwsOperations.problem(words)).isEmpty());
        });
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPayloadOfAPageIsUnderstoodByTheFunction(Page page) {
    assertThat(payloads(page))
        .allSatisfy(payload ->
            assertThat(PayloadParser.parse(payload.getBytes(StandardCharsets.UTF_8)))
                .allMatch(Parsed.Understood.class::isInstance));
  }

  private static List<String> payloads(Page page) {
    return page.commands().stream()
        .filter(words -> words.contains("--payload"))
        .map(words -> words.get(words.indexOf("--payload") + 1))
        .toList();
  }

  /** What is played is what is printed, word by word. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandThatADrillTypesIsPrintedOnItsPage(Page page) {
    List<List<String>> typed =
        Drills.of(page.name()).stream()
            .map(Incident::steps)
            .flatMap(List::stream)
            .filter(step -> step.who() == Step.Who.OPERATOR)
            .map(step -> CommandLineText.words(step.command(), 0, variable -> "$" + variable))
            .distinct()
            .toList();

    assertThat(typed).isNotEmpty();
    assertThat(page.commands()).containsAll(typed);
  }

  /** At three in the morning nobody knows what $X was. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyVariableOfAPageIsSetOnIt(Page page) {
    String shell = String.join("\n", page.blocks());

    assertThat(Shell.used(shell)).isSubsetOf(Shell.set(shell));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theShellUnderstandsEveryBlock(Page page) {
    assertThat(page.blocks()).allSatisfy(block -> assertThat(Shell.problem(block)).isEmpty());
  }
}
