package dev.lockstep.drills.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command is found, whichever part of it is wrong. */
final class AwsOperationsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aws s3x list | no service s3x",
        "aws ecs | no operation in [aws, ecs]",
        "aws acm list-certs | no operation acm list-certs",
        "aws acm list-certificates --include x | no option --include of list-certificates",
        "aws elbv2 modify-listener --certificate x | no option --certificate of modify-listener",
        "aws scheduler update-schedule --name x --enabled | no option --enabled of update-schedule",
        "aws logs filter-log-events --since x | no option --since of filter-log-events",
        "aws acm list-certificates --query CertificateSummaryList[].NotThere"
            + " | list-certificates answers no NotThere",
        "aws ecs describe-services --services x --query Services"
            + " | describe-services answers no Services",
        "aws ecs wait services-steady --services x"
            + " | nothing to wait for in [aws, ecs, wait, services-steady, --services, x]",
        "aws ecs wait services-stable --service x | no option --service of wait services-stable",
      })
  void isSaid(String command, String problem) {
    assertThat(AwsOperations.problem(List.of(command.split(" ")))).contains(problem);
  }

  @Test
  void aCommandThatThereIsHasNoProblem() {
    assertThat(
            problemOf(
                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name g"
                    + " --vpc-zone-identifier s --no-new-instances-protected-from-scale-in"))
        .isEmpty();
    assertThat(problemOf("aws ecs wait services-stable --cluster c --services s")).isEmpty();
    assertThat(
            problemOf(
                "aws ecs describe-services --services s --query"
                    + " length(services[?runningCount<`3`].deployments[].rolloutState)"))
        .isEmpty();
  }

  private static Optional<String> problemOf(String command) {
    return AwsOperations.problem(List.of(command.split(" ")));
  }
}
