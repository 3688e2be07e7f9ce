package dev.lockstep.drills.runbook;

import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.IncidentFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The scenario files beside the pages. */
final class Drills {
  private static final Path FOLDER = Page.FOLDER.resolve("scenarios");

  private Drills() {}

  static Map<String, Incident> byFile() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      Map<String, Incident> incidents = new TreeMap<>();
      files
          .filter(file -> file.toString().endsWith(".yaml"))
          .forEach(file -> incidents.put(file.getFileName().toString(), IncidentFile.read(file)));
      return incidents;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Those that play a page. */
  static List<Incident> ofPages() {
    return byFile().values().stream().filter(incident -> incident.page().isPresent()).toList();
  }

  static List<Incident> of(String page) {
    return ofPages().stream()
        .filter(incident -> incident.page().equals(Optional.of(page)))
        .toList();
  }
}
