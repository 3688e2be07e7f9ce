package dev.lockstep.drills.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IncidentFileTest {
  private static final String HEAD =
      "name: x\nabout: y\ndemand: {before: 1, after: 1, at: 0, seconds: 60}\n";

  @Test
  void timesAreMinutesAndSecondsAndVariablesAreThoseOfThePage() {
    Incident incident =
        IncidentFile.parse(
            HEAD
                + """
                page: some-page
                settings: {max_hosts: 12, max_tasks: 12, min_hosts: 1, min_tasks: 1}
                operator:
                  - at: 2:05
                    run: aws ecs update-service --cluster "$CLUSTER" --service "$NAME" --desired-count 3
                    with: {NAME: embed}
                claims:
                  - hosts <= 12 always
                """);

    assertThat(incident.page()).contains("some-page");
    assertThat(incident.steps()).extracting(Step::at).containsExactly(Duration.ofSeconds(125));
    assertThat(incident.scenario().account().group().max()).isEqualTo(12);
    assertThat(incident.scenario().policy().tasks().max()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          page: ../x                                                | scenario.page is '../x' but must be a runbook's name
          page: x                                                   | a page claims something, but there is no claim
          claims: [nothing]                                         | scenario.claims[0]: the claim is 'nothing' but must be
          settings: {max_host: 3}                                   | the variable is 'max_host' but must be one of cluster, service
          settings: {max_hosts: many}                               | LOCKSTEP_MAX_HOSTS is 'many'
          faultz: []                                                | scenario has the field 'faultz' but may have
          'faults: [{at: 5, fault: task-hangs, zone: a}]'           | scenario.faults[0] has the field 'zone' but may have
          'operator: [{at: 5, run: aws s3 ls}]'                     | 'aws s3 ls' is not simulated; what is: aws autoscaling
          'operator: [{at: 5, run: aws ecs update-service --cluster $X}]' | $X is set neither by every page
          'operator: [{at: 5, run: "aws lambda invoke --payload {}"}]' | the payload has the fields
          'operator: [{run: terraform apply}]'                      | scenario.operator[0].at is missing
          'operator: [{at: 5, run: terraform apply, with: {A: "@b"}}]' | scenario.operator[0].with.A is '@b' but must be a text or one of @
          'operator: [{at: 5, run: terraform apply, answer: yes!}]' | scenario.operator[0].answer is 'yes!' but must be accepted or refused
          """)
  void aFileThatCannotBePlayedIsRefusedByTheFieldThatIsWrong(String field, String message) {
    assertThatThrownBy(() -> IncidentFile.parse(HEAD + field))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining(message);
  }
}
