package dev.lockstep.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Terraform module sets every setting and no other. */
final class InfraContractTest {
  private static final Path SCALER = Path.of("..", "infra", "scaler.tf");
  private static final Pattern ENTRY =
      Pattern.compile("^\\s+(LOCKSTEP_[A-Z0-9_]+)\\s+=", Pattern.MULTILINE);

  @Test
  void terraformSetsExactlyTheSettings() throws IOException {
    List<String> set =
        ENTRY.matcher(Files.readString(SCALER)).results().map(match -> match.group(1)).toList();

    assertThat(set)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Setting.values()).map(Setting::variable).toList());
  }
}
