package dev.lockstep.inference.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the Terraform module expects of the image, and what the image is. */
final class InfraContractTest {
  private static final Path INFRA = Path.of("..", "infra");
  private final String image = read(Path.of("Dockerfile"));
  private final String service = read(INFRA.resolve("service.tf"));
  private final String variables = read(INFRA.resolve("variables_service.tf"));
  private final String settings =
      read(Path.of("src", "main", "resources", "application.properties"));

  @Test
  void theServerListensWhereTheLoadBalancerAsks() {
    assertThat(only("^EXPOSE (\\d+)$", image))
        .isEqualTo(only("^micronaut\\.server\\.port=(\\d+)$", settings))
        .isEqualTo(only("container_port = (\\d+)", service));
    assertThat(read(INFRA.resolve("load_balancer.tf")))
        .contains("path                = \"/healthz\"");
  }

  @Test
  void callsGoToTheServiceThatAsksForKeysAndHealthChecksToTheMethodThatAnswersByStatus() {
    String grpc = read(INFRA.resolve("grpc.tf"));
    String proto = read(Path.of("src", "main", "proto", "open_inference_grpc.proto"));
    String readiness =
        read(Path.of("src/main/java/dev/lockstep/inference/grpc/ReadinessService.java"));

    assertThat(all("values = \\[\"/([\\w.]+)/\\*\"\\]", grpc))
        .hasSize(2)
        .containsOnly(only("^package (\\w+);", proto) + "." + only("^service (\\w+)", proto));
    assertThat(only("path +=\\s+\"/([\\w.]+)/Check\"", grpc))
        .isEqualTo(only("String NAME = \"([\\w.]+)\";", readiness));
    assertThat(service).contains("LOCKSTEP_GRPC_PORT = tostring(local.grpc_port)");
  }

  @Test
  void itRunsAsSomebodyWithoutAName() {
    // A number needs no entry in the base's list of users, and is no root.
    assertThat(only("^USER (\\d+):\\d+$", image)).isNotEqualTo("0");
    assertThat(service).doesNotContain("user ").contains("privileged  = false");
  }

  @Test
  void theRootIsReadOnlyAndTheOnlyFolderToWriteToIsTmp() {
    assertThat(service).contains("readonlyRootFilesystem = true");
    assertThat(all("containerPath = \"([^\"]+)\"", service)).containsExactly("/tmp");
    assertThat(image).doesNotContain("VOLUME").doesNotContain("java.io.tmpdir");
  }

  @Test
  void theNativeLibrariesAreUnpackedWhereTheServerLooksForThem() {
    String folder = only("-Donnxruntime\\.native\\.path=(\\S+)", image);

    assertThat(only("^ +RUST_LIBRARY_PATH=(\\S+)$", image)).isEqualTo(folder + "/libtokenizers.so");
    assertThat(image).contains("/cpu/*.so " + folder + "/ ");
  }

  @Test
  void javaIsTheProcessThatGetsTheSignal() {
    assertThat(only("^ENTRYPOINT (.+)$", image)).startsWith("[\"/opt/jre/bin/java\", ");
    assertThat(image).doesNotContain("\nCMD ").doesNotContain("STOPSIGNAL");
  }

  @Test
  void theServerHasDrainedBeforeEcsKillsItAndTheLoadBalancerForgetsIt() {
    Duration grace =
        Duration.ofSeconds(
            Long.parseLong(
                only(
                    "^micronaut\\.lifecycle\\.graceful-shutdown\\.grace-period=(\\d+)s$",
                    settings)));
    assertThat(grace).isLessThan(seconds("stop_timeout_seconds"));
    assertThat(seconds("stop_timeout_seconds")).isLessThan(seconds("deregistration_delay_seconds"));
  }

  @Test
  void theImageHasAHealthCheckForThoseWhoLookAtIt() {
    // ECS does not; Docker and other orchestrators do.
    assertThat(image).contains("\"" + "dev.lockstep.inference.HealthCheck" + "\"]");
    assertThat(service).doesNotContain("healthCheck ");
  }

  private Duration seconds(String variable) {
    return Duration.ofSeconds(
        Long.parseLong(
            only("variable \"" + variable + "\" \\{[^}]*?default\\s+= (\\d+)", variables)));
  }

  private static String only(String pattern, String text) {
    List<String> found = all(pattern, text);
    assertThat(found).as(pattern).hasSize(1);
    return found.getFirst();
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
