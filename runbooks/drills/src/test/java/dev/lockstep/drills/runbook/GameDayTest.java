package dev.lockstep.drills.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is sent to a real account, in which order, and how it is stopped. */
final class GameDayTest {
  private static final Path PAYLOADS = Page.FOLDER.resolve("payloads");
  private static final Pattern ASKED =
      Pattern.compile("(?:^|`)ask ([a-z0-9-]+)", Pattern.MULTILINE);
  private static final Pattern LINKED = Pattern.compile("\\]\\(([a-z-]+\\.md)\\)");

  private final Page page =
      Page.all().stream().filter(one -> one.name().equals(Page.GAME_DAY)).findFirst().orElseThrow();

  @Test
  void theGuideAsksForEveryPayloadInOrderAndStopsLast() {
    List<String> files = names();

    assertThat(files).endsWith("stop");
    assertThat(ASKED.matcher(page.text()).results().map(match -> match.group(1)))
        .containsExactlyElementsOf(files);
  }

  @Test
  void theFunctionUnderstandsEachAndTheFirstTwoChangeNothing() {
    List<Trigger.Manual> triggers = names().stream().map(GameDayTest::trigger).toList();

    assertThat(triggers.getFirst().request()).isInstanceOf(Request.Observe.class);
    assertThat(triggers.get(1).dryRun()).isTrue();
    assertThat(triggers.getLast().request()).isInstanceOf(Request.Release.class);
    assertThat(triggers)
        .allSatisfy(trigger ->
            assertThat(trigger.request())
                .satisfiesAnyOf(
                    request -> assertThat(request).isInstanceOf(Request.Observe.class),
                    _ -> assertThat(trigger.reason()).contains("game day")));
  }

  @Test
  void itsCommandsAndLinksWork() {
    assertThat(page.blocks()).allSatisfy(block -> assertThat(Shell.problem(block)).isEmpty());
    assertThat(page.commands())
        .isNotEmpty()
        .allSatisfy(words -> assertThat(AwsOperations.problem(words)).isEmpty());
  }

  @Test
  void everyLinkFromPageToPageHasItsPage() {
    List<String> pages = Page.all().stream().map(one -> one.name() + ".md").toList();

    assertThat(Page.all())
        .allSatisfy(one ->
            assertThat(LINKED.matcher(one.text()).results().map(match -> match.group(1)))
                .isSubsetOf(pages));
  }

  private static List<String> names() {
    try (Stream<Path> files = Files.list(PAYLOADS)) {
      return files
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Trigger.Manual trigger(String name) {
    try {
      Parsed parsed =
          PayloadParser.parse(Files.readAllBytes(PAYLOADS.resolve(name + ".json"))).getFirst();
      assertThat(parsed).isInstanceOf(Parsed.Understood.class);
      return (Trigger.Manual) ((Parsed.Understood) parsed).trigger();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
