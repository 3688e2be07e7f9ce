package dev.lockstep.drills.runbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a shell makes of a block, without running it. */
final class Shell {
  private static final Pattern SET = Pattern.compile("(?:^|\\n|; |for )([A-Z_]+)(?:=| in )");
  private static final Pattern USED = Pattern.compile("\\$\\{?([A-Z_]+)");

  private Shell() {}

  static Set<String> set(String shell) {
    return found(SET, shell);
  }

  static Set<String> used(String shell) {
    return found(USED, shell);
  }

  private static Set<String> found(Pattern pattern, String shell) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(shell);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** What {@code bash -n} complains of; empty when of nothing. */
  static String problem(String shell) {
    try {
      Process process = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
      process.getOutputStream().write(shell.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
