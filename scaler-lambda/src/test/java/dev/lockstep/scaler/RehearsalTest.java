package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.scaler.act.Outcome;
import dev.lockstep.scaler.act.StepResult;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What is rehearsed is a whole run: seen, planned and carried out. */
final class RehearsalTest {

  @Test
  void aRehearsedRunSeesTheFleetAndRaisesBothCounts() {
    AwsClients nowhere =
        AwsClients.using(
            new RehearsedAws(),
            AwsClients.newDeadline(),
            builder ->
                builder
                    .region(Region.US_EAST_1)
                    .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"))));
    ScalerHandler handler =
        new ScalerHandler(
            new Estate(List.of(Policies.with())),
            nowhere.ecs(),
            nowhere.autoScaling(),
            nowhere.cloudWatch(),
            InstantSource.system(),
            _ -> {});

    List<Decision> decisions =
        handler.handle("{\"action\":\"reconcile\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(decisions).singleElement().isInstanceOf(Decision.Decided.class);
    assertThat(((Decision.Decided) decisions.getFirst()).results())
        .extracting(StepResult::outcome)
        .hasSize(2)
        .allMatch(Outcome.Done.class::isInstance);
  }
}
