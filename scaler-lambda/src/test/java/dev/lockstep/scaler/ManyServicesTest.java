package dev.lockstep.scaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policies;
import dev.lockstep.scaler.report.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One function, many services. */
final class ManyServicesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:07Z");
  private static final String TICK =
      "{\"detail-type\":\"Scheduled Event\",\"time\":\"2026-03-01T12:00:00Z\"}";

  private final FakeEstate aws = new FakeEstate();
  private final List<String> log = new ArrayList<>();

  @Test
  void servicesOnOneGroupAreSizedTogether() {
    aws.service("embed", "shared", 2, 40).service("rerank", "shared", 2, 24);

    run("embed", "rerank");

    assertThat(aws.changes).containsExactly("shared=8", "embed=5", "rerank=3");
  }

  @Test
  void theHostsThatAreToBeHadGoToWhoComesFirst() {
    aws.service("embed", "shared", 2, 40).service("rerank", "shared", 2, 40);

    run(6, "rerank", "embed");

    // Six hosts: rerank gets the two more, and then one more than that; embed keeps what it has.
    assertThat(aws.changes).containsExactly("shared=6", "rerank=4");
    assertThat(log).anyMatch(line -> line.contains("10 hosts are needed but the policy allows 6"));
  }

  @Test
  void aServiceOfAnotherGroupIsNoNeighbour() {
    aws.service("embed", "embed-hosts", 2, 40).service("rerank", "rerank-hosts", 2, 16);

    handler(
            "[{\"service\":\"embed\",\"asg\":\"embed-hosts\","
                + "\"target_group\":\"targetgroup/embed/1\"},"
                + "{\"service\":\"rerank\",\"asg\":\"rerank-hosts\","
                + "\"target_group\":\"targetgroup/rerank/1\"}]",
            10)
        .handle(bytes(TICK));

    assertThat(aws.changes).containsExactly("embed-hosts=5", "embed=5");
  }

  @Test
  void aServiceThatCannotBeReadLeavesTheOthersAlone() {
    aws.service("embed", "shared", 2, 40).service("rerank", "shared", 2, 24);
    aws.denied.add("rerank");

    List<Decision> decisions = run("embed", "rerank");

    assertThat(aws.changes).containsExactly("shared=7", "embed=5");
    assertThat(decisions)
        .extracting(Decision::service, Decision::succeeded)
        .containsExactlyInAnyOrder(tuple("embed", true), tuple("rerank", false));
  }

  @Test
  void nothingIsTakenAwayFromAGroupOfWhichAServiceCannotBeSeen() {
    aws.service("embed", "shared", 8, 16).service("rerank", "shared", 2, 16);
    aws.denied.add("rerank");

    run("embed", "rerank");

    assertThat(aws.changes).isEmpty();
    assertThat(log)
        .anyMatch(line -> line.contains("nothing is taken away: service rerank could not be read"));
  }

  @Test
  void anOperatorNamesTheServiceThatIsMeantAndOnlyThatOneIsTouched() {
    aws.service("embed", "shared", 2, 40).service("rerank", "shared", 2, 24);

    List<Decision> decisions =
        handler("embed", "rerank")
            .handle(bytes("{\"action\":\"reconcile\",\"service\":\"rerank\"}"));

    assertThat(decisions).extracting(Decision::service).containsExactly("rerank");
    assertThat(aws.changes).containsExactly("shared=8", "rerank=3");
  }

  @Test
  void aHoldWithoutAServiceIsRefusedAndSoIsAnUnknownService() {
    aws.service("embed", "shared", 2, 40).service("rerank", "shared", 2, 24);
    ScalerHandler handler = handler("embed", "rerank");

    assertThat(handler.handle(bytes("{\"action\":\"hold\"}")))
        .extracting(Decision::line)
        .containsExactly("refused: service is missing; it must be one of embed, rerank");
    assertThat(handler.handle(bytes("{\"action\":\"observe\",\"service\":\"chat\"}")))
        .extracting(Decision::line)
        .containsExactly("refused: service is 'chat' but must be one of embed, rerank");
    assertThat(aws.changes).isEmpty();
  }

  /**
   * DescribeServices takes 10 services, so a tenth of a call each. Groups come 50 in a call,
   * metrics 500 queries, and hosts and tasks 100, listed and described.
   */
  @ParameterizedTest
  @CsvSource({"1, 11", "10, 11", "100, 26", "1000, 228"})
  void theCallsOfARunGrowAsATenthOfTheServices(int services, int calls) {
    List<String> names = IntStream.range(0, services).mapToObj(i -> "service-" + i).toList();
    names.forEach(name -> aws.service(name, "hosts-of-" + name, 2, 16));
    String list =
        names.stream()
            .map(name ->
                "{\"service\":\"%1$s\",\"asg\":\"hosts-of-%1$s\",\"target_group\":\"targetgroup/%1$s/1\"}"
                    .formatted(name))
            .collect(Collectors.joining(",", "[", "]"));

    List<Decision> decisions = handler(list, 10).handle(bytes(TICK));

    assertThat(decisions).hasSize(services).allMatch(Decision::succeeded);
    assertThat(aws.changes).isEmpty();
    assertThat(aws.calls()).as(aws.callsByName().toString()).isEqualTo(calls);
  }

  private List<Decision> run(String... services) {
    return run(20, services);
  }

  private List<Decision> run(int maxHosts, String... services) {
    return handler(onOneGroup(services), maxHosts).handle(bytes(TICK));
  }

  private ScalerHandler handler(String... services) {
    return handler(onOneGroup(services), 20);
  }

  private static String onOneGroup(String... services) {
    return List.of(services).stream()
        .map(name ->
            "{\"service\":\"%1$s\",\"asg\":\"shared\",\"target_group\":\"targetgroup/%1$s/1\"}"
                .formatted(name))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private ScalerHandler handler(String list, int maxHosts) {
    Map<String, String> environment = Policies.environment();
    environment.put("LOCKSTEP_SERVICES", list);
    environment.put("LOCKSTEP_MAX_HOSTS", String.valueOf(maxHosts));
    environment.put("LOCKSTEP_MAX_TASKS", String.valueOf(maxHosts));
    return new ScalerHandler(
        Estate.fromEnvironment(environment),
        aws.ecs,
        aws.autoScaling,
        aws.cloudWatch,
        InstantSource.fixed(NOW),
        log::add);
  }

  private static byte[] bytes(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8);
  }
}
