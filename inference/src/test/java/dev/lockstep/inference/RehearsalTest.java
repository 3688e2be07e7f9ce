package dev.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.bench.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The training run, as a process of its own. */
@Timeout(120)
final class RehearsalTest {
  @TempDir Path folder;

  @Test
  void theServerIsStartedAskedAndStopped() throws Exception {
    List<String> options = new ArrayList<>(ServerProcess.ofClassPath());
    options.add("--rehearse");
    Path log = folder.resolve("server.log");

    try (ServerProcess server =
        ServerProcess.start(
            options,
            Map.of(
                "LOCKSTEP_DTYPE", "int8",
                "LOCKSTEP_BUDGET", "60s",
                "LOCKSTEP_GRPC_PORT", "0"),
            log)) {
      assertThat(server.awaitEnd(Duration.ofSeconds(90))).isZero();
    }

    assertThat(Files.readString(log)).contains("rehearsed 301 requests and 200 calls by gRPC");
  }
}
