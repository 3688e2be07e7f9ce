package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.bench.ServerProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts that cannot be, as processes: one line says why, and none says where in the code. */
@Timeout(120)
final class ServerLaunchTest {
  private static final String FREE = "1 to 65535 are allowed, or 0 for any that is free";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOCKSTEP_GRPC_PORT | abc | LOCKSTEP_GRPC_PORT is 'abc'; a whole number is needed",
        "LOCKSTEP_BUDGET | soon | LOCKSTEP_BUDGET is 'soon'; a time such as 200ms or 30s is needed",
        "LOCKSTEP_LANES | 0 | LOCKSTEP_LANES is 0; 1 or more is needed",
        "LOCKSTEP_BATCH_ROWS | 0 | LOCKSTEP_BATCH_ROWS is 0; 1 or more is needed",
        "LOCKSTEP_DTYPE | int4 | LOCKSTEP_DTYPE is 'int4'; the embedded model comes in fp32 and"
            + " int8"
      })
  void aSettingThatCannotBeIsOneLine(String variable, String value, String complaint)
      throws Exception {
    assertThat(refusal(Map.of(variable, value)))
        .containsExactly("lockstep-inference: " + complaint);
  }

  @Test
  void onePortForBothIsRefusedByTheNamesOfBoth() throws Exception {
    String port = Integer.toString(freePort());

    assertThat(refusal(Map.of("LOCKSTEP_GRPC_PORT", port, "MICRONAUT_SERVER_PORT", port)))
        .containsExactly(
            "lockstep-inference: LOCKSTEP_GRPC_PORT and MICRONAUT_SERVER_PORT are both "
                + port
                + "; each needs its own: "
                + FREE);
  }

  @ParameterizedTest
  @CsvSource({"LOCKSTEP_GRPC_PORT", "MICRONAUT_SERVER_PORT"})
  void aPortThatIsTakenIsRefusedByItsName(String variable) throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(refusal(Map.of(variable, Integer.toString(taken.getLocalPort()))).getLast())
          .isEqualTo(
              "lockstep-inference: %s is %d, which cannot be listened on: Address already in use;"
                      .formatted(variable, taken.getLocalPort())
                  + " stop what listens there, or choose another: "
                  + FREE);
    }
  }

  /** What a server that cannot start prints, whose exit code says that its settings are wrong. */
  private List<String> refusal(Map<String, String> settings) throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("LOCKSTEP_DTYPE", "int8"));
    environment.putAll(settings);
    Path log = folder.resolve("server.log");
    try (ServerProcess server =
        ServerProcess.start(new ArrayList<>(ServerProcess.ofClassPath()), environment, log)) {
      assertThat(server.awaitEnd(Duration.ofSeconds(60))).isEqualTo(ServerLaunch.UNUSABLE_SETTING);
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    return lines;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
