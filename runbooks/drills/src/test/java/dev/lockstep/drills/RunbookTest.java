package dev.lockstep.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.drills.drill.Scenario;
import dev.lockstep.drills.drill.Scenarios;
import dev.lockstep.scaler.trigger.Parsed;
import dev.lockstep.scaler.trigger.PayloadParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say can be done as they say it. */
final class RunbookTest {
  private static final Path PAGES = Path.of("..");
  private static final Pattern PAYLOAD = Pattern.compile("--payload '([^']*)'");
  private static final Pattern DRILL = Pattern.compile("runbooks/drill\\.sh run ([a-z-]+)");

  @Test
  void everyPayloadOfEveryPageIsUnderstoodByTheFunction() throws IOException {
    List<String> payloads = allOf(PAYLOAD);

    assertThat(payloads).isNotEmpty();
    assertThat(payloads)
        .allSatisfy(payload ->
            assertThat(PayloadParser.parse(payload.getBytes(StandardCharsets.UTF_8)))
                .allMatch(Parsed.Understood.class::isInstance));
  }

  @Test
  void everyDrillThatAPageNamesCanBePlayed() throws IOException {
    assertThat(allOf(DRILL))
        .isNotEmpty()
        .isSubsetOf(Scenarios.all().stream().map(Scenario::name).toList());
  }

  private static List<String> allOf(Pattern pattern) throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .flatMap(file -> pattern.matcher(text(file)).results())
          .map((MatchResult match) -> match.group(1))
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
