package dev.lockstep.drills.cli;

import dev.lockstep.drills.drill.Incident;
import dev.lockstep.drills.drill.IncidentFile;
import dev.lockstep.drills.drill.ScenarioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder with the pages and their scenarios; {@code drill.sh} says where it is. */
final class Runbooks {
  private static final String ENDING = ".yaml";

  private final Path scenarios;

  private Runbooks(Path folder) {
    this.scenarios = folder.resolve("scenarios");
  }

  static Runbooks here() {
    return new Runbooks(Path.of(System.getProperty("lockstep.runbooks", "runbooks")));
  }

  /** The scenario of a name; none when there is no such file. */
  Optional<Incident> named(String name) {
    Path file = scenarios.resolve(name + ENDING);
    return name.matches("[a-z0-9-]+") && Files.exists(file)
        ? Optional.of(IncidentFile.read(file))
        : Optional.empty();
  }

  /** All of them, by their names. */
  List<Incident> all() {
    if (!Files.isDirectory(scenarios)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(scenarios)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING))
          .sorted()
          .map(IncidentFile::read)
          .toList();
    } catch (IOException unreadable) {
      throw new ScenarioException("%s cannot be read: %s".formatted(scenarios, unreadable));
    }
  }
}
