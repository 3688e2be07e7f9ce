package dev.lockstep.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EstateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                      | LOCKSTEP_SERVICES lists no service",
        "[1]                                     | LOCKSTEP_SERVICES[0] is 1 but must be an object",
        "[{\"servce\":\"a\"}]                    | LOCKSTEP_SERVICES[0].servce is no setting; there"
            + " are cluster, service",
        "[{\"service\":[]}]                      | LOCKSTEP_SERVICES[0].service is [] but must be a"
            + " string, a number, true or false",
        "[{\"service\":null}]                    | LOCKSTEP_SERVICES[0].service is null but must"
            + " be",
        "[{\"max_tasks\":\"many\"}]              | LOCKSTEP_MAX_TASKS is 'many' but must be a whole"
            + " number",
        "[{\"service\":\"a\"},{\"service\":\"a\"}] | service a of cluster gpu is listed twice",
        "[{\"service\":\"a\"                     | LOCKSTEP_SERVICES is not a JSON list of objects",
        "/nowhere/services.json                  | LOCKSTEP_SERVICES is '/nowhere/services.json',"
            + " which is neither a JSON list nor a file",
      })
  void aBadListIsRefusedWithWhatWasSeenAndWhatIsAllowed(String list, String complaint) {
    assertThatThrownBy(() -> estate(list))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void servicesOfOneGroupMustAgreeOnItsHosts() {
    assertThatThrownBy(() -> estate("[{\"service\":\"a\"},{\"service\":\"b\",\"max_hosts\":12}]"))
        .hasMessage(
            "LOCKSTEP_MAX_HOSTS is 10 for service a but 12 for service b, and both share group"
                + " gpu-hosts");
    assertThat(
            estate("[{\"service\":\"a\"},{\"service\":\"b\",\"asg\":\"other\",\"max_hosts\":12}]")
                .byGroup())
        .hasSize(2);
  }

  @Test
  void withoutAListThereIsOneService() {
    assertThat(Estate.fromEnvironment(Policies.environment()).policies())
        .containsExactly(Policies.with());
  }

  @Test
  void anEntrySaysWhatIsItsOwnAndTheEnvironmentTheRest() {
    Estate estate = estate("[{\"service\":\"a\",\"rps_per_task\":2.5,\"dry_run\":true}]");

    assertThat(estate.policies())
        .containsExactly(Policies.with("SERVICE", "a", "RPS_PER_TASK", "2.5", "DRY_RUN", "true"));
  }

  @Test
  void aListLongerThanAnEnvironmentMayBeComesFromAFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("services.json"), "[{\"service\":\"from-a-file\"}]");

    assertThat(estate(file.toString()).policies().getFirst().fleet().service())
        .isEqualTo("from-a-file");
  }

  private static Estate estate(String list) {
    Map<String, String> environment = Policies.environment();
    environment.put("LOCKSTEP_SERVICES", list);
    return Estate.fromEnvironment(environment);
  }
}
