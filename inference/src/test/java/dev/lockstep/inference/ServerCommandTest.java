package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the command line takes, and what it says of the settings. */
final class ServerCommandTest {
  /** A setting, what it is for, and its default. */
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z_]+)` \\| (.*) \\| (.*) \\|$", Pattern.MULTILINE);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ServerCommand command = new ServerCommand();

  @Test
  void withoutArgumentsTheServerStarts() {
    assertThat(execute()).isZero();

    assertThat(command.serves()).isTrue();
    assertThat(command.rehearses()).isFalse();
  }

  @Test
  void aTrainingRunIsAskedFor() {
    assertThat(execute("--rehearse")).isZero();

    assertThat(command.serves()).isTrue();
    assertThat(command.rehearses()).isTrue();
  }

  @Test
  void helpListsEverySettingWithItsDefaultAndStartsNothing() {
    assertThat(execute("--help")).isZero();

    assertThat(command.serves()).isFalse();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("--rehearse")
        .contains("LOCKSTEP_BUDGET the default deadline Default: 200ms")
        .contains("LOCKSTEP_GRPC_PORT port for gRPC Default: none: off")
        .contains("MICRONAUT_SERVER_PORT port Default: 8080");
    assertThat(DeclaredSetting.all())
        .isNotEmpty()
        .allSatisfy(setting -> assertThat(out.toString()).contains(setting.variable()));
    assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @Test
  void theVersionIsTheBuilds() {
    assertThat(execute("--version")).isZero();

    assertThat(command.serves()).isFalse();
    assertThat(out.toString()).matches("lockstep-inference \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rehears", "serve", "-lockstep.budget=1s", "--port=8080"})
  void whatIsNotKnownIsRefusedWithWhatIs(String argument) {
    assertThat(execute(argument)).isEqualTo(2);

    assertThat(command.serves()).isFalse();
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(argument)
        .contains("--rehearse, --help and --version are allowed");
  }

  @Test
  void theReadmeSaysOfEachSettingWhatHelpSays() throws IOException {
    Map<String, List<String>> written = new TreeMap<>();
    String settings = section(Files.readString(Path.of("README.md")), "## Settings");
    ROW.matcher(settings)
        .results()
        .forEach(
            row -> written.put(row.group(1), List.of(plain(row.group(2)), plain(row.group(3)))));

    assertThat(written)
        .isEqualTo(
            DeclaredSetting.all().stream()
                .collect(
                    Collectors.toMap(
                        DeclaredSetting::variable,
                        setting -> List.of(setting.meaning(), setting.byDefault()))));
  }

  @Test
  void everySettingThatIsReadIsDeclared() {
    List<String> declared =
        DeclaredSetting.all().stream().map(DeclaredSetting::property).sorted().toList();

    assertThat(declared).doesNotHaveDuplicates().containsAll(read());
  }

  private static List<String> read() {
    return DeclaredSetting.arguments()
        .flatMap(argument ->
            argument.getAnnotationMetadata().stringValue(Property.class, "name").stream())
        .filter(name -> name.startsWith("lockstep."))
        .distinct()
        .toList();
  }

  private static String section(String text, String heading) {
    int start = text.indexOf(heading + "\n");
    return text.substring(start, text.indexOf("\n## ", start));
  }

  /** Without Markdown's links and code. */
  private static String plain(String cell) {
    return cell.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replace("`", "");
  }

  private int execute(String... arguments) {
    CommandLine line = command.line();
    return line.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
