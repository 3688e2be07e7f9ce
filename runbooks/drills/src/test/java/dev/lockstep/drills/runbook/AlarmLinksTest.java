package dev.lockstep.drills.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From each alarm of the module to its page, and from each page to its alarms. */
final class AlarmLinksTest {
  private static final Path ALARMS = Page.FOLDER.resolve("../infra/alarms.tf");

  private static final Pattern OF_THE_LIST =
      Pattern.compile(
          "^    (\\w+) = \\{[^\\n]*\\n"
              + "      description = [^\\n]*\\n"
              + "      runbook     = \"([a-z-]+)\"",
          Pattern.MULTILINE);

  private static final Pattern OF_ITS_OWN =
      Pattern.compile(
          "alarm_name +=\\s*\"\\$\\{var\\.name\\}-([a-z-]+?)(?:-\\$\\{each\\.key\\})?\"\\n"
              + "  alarm_description +=\\s*\"[^\\n]*Runbook: runbooks/([a-z-]+)\\.md\"");

  @Test
  void eachAlarmLinksToAPageThatNamesIt() throws IOException {
    Map<String, Set<String>> named = new TreeMap<>();
    Page.incidents().forEach(page -> named.put(page.name(), new TreeSet<>(page.alarms())));

    assertThat(linked()).isEqualTo(named);
  }

  /** Pages by the alarms that link to them. */
  private static Map<String, Set<String>> linked() throws IOException {
    String text = Files.readString(ALARMS);
    Map<String, Set<String>> pages = new TreeMap<>();
    OF_THE_LIST
        .matcher(text)
        .results()
        .forEach(match -> add(pages, match.group(2), match.group(1).replace('_', '-')));
    OF_ITS_OWN.matcher(text).results().forEach(match -> add(pages, match.group(2), match.group(1)));
    return pages;
  }

  private static void add(Map<String, Set<String>> pages, String page, String alarm) {
    pages.computeIfAbsent(page, _ -> new TreeSet<>()).add(alarm);
  }

  /** The two patterns together see every alarm that there is. */
  @Test
  void noAlarmIsOverlooked() throws IOException {
    String text = Files.readString(ALARMS);
    long resources =
        Pattern.compile("aws_cloudwatch_metric_alarm\" \"").matcher(text).results().count();
    long links = Pattern.compile("Runbook: runbooks/").matcher(text).results().count();
    long listed =
        Pattern.compile("^      runbook  ", Pattern.MULTILINE).matcher(text).results().count();

    assertThat(OF_THE_LIST.matcher(text).results().count()).isEqualTo(listed);
    // One resource makes all of the list.
    assertThat(OF_ITS_OWN.matcher(text).results().count())
        .isEqualTo(resources - 1)
        .isEqualTo(links - 1);
  }
}
