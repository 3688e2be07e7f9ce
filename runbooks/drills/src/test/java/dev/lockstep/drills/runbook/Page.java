package dev.lockstep.drills.runbook;

import dev.lockstep.drills.operator.CommandLineText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One runbook.
 *
 * @param name without folder and ending
 */
record Page(String name, String text) {
  static final Path FOLDER = Path.of("..");

  /** A guide, not an incident. */
  static final String GAME_DAY = "game-day";

  private static final Pattern HEADING = Pattern.compile("^## (.+)$", Pattern.MULTILINE);
  private static final Pattern ALARM_LINE =
      Pattern.compile("^\\*\\*Alarm:\\*\\* (.+?)\\n\\n", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("`([a-z0-9-]+)`");
  private static final Pattern BLOCK =
      Pattern.compile("^( *)```(?:sh|bash)\\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("(?<![\\w/-])(?:aws|terraform) ");
  private static final Pattern DRILL = Pattern.compile("runbooks/drill\\.sh run ([a-z0-9-]+)");

  static List<Page> all() {
    return files().map(Page::read).toList();
  }

  /** Those that describe an incident. */
  static List<Page> incidents() {
    return all().stream().filter(page -> !page.name().equals(GAME_DAY)).toList();
  }

  /** A document that is no page of the runbooks, and has commands all the same. */
  static Page ofInfrastructure() {
    return read(FOLDER.resolve("../infra/README.md"));
  }

  private static Stream<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Page read(Path file) {
    try {
      String name = file.getFileName().toString();
      return new Page(name.substring(0, name.length() - ".md".length()), Files.readString(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  List<String> sections() {
    return HEADING.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** Alarms that lead here, by their names in the module. */
  Set<String> alarms() {
    Matcher line = ALARM_LINE.matcher(text);
    return line.find()
        ? CODE.matcher(line.group(1))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet())
        : Set.of();
  }

  Set<String> drills() {
    return DRILL.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
  }

  /** Its shell blocks, without the indentation of a list. */
  List<String> blocks() {
    return BLOCK
        .matcher(text)
        .results()
        .map((MatchResult match) ->
            Pattern.compile("^" + match.group(1), Pattern.MULTILINE)
                .matcher(match.group(2))
                .replaceAll(""))
        .toList();
  }

  /** The words of every command of AWS and Terraform in it, also of those inside others. */
  List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    for (String block : blocks()) {
      Matcher matcher = COMMAND.matcher(block);
      while (matcher.find()) {
        commands.add(CommandLineText.words(block, matcher.start(), variable -> "$" + variable));
      }
    }
    return commands;
  }
}
