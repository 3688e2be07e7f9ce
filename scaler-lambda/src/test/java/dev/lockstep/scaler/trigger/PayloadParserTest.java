package dev.lockstep.scaler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fixtures are the payloads of AWS's public documentation. */
final class PayloadParserTest {

  @Test
  void anAlarmSentStraightToLambdaIsUnderstoodWithItsPlusZeroTimestamp() {
    assertThat(triggerOf("alarm-action.json"))
        .isEqualTo(
            new Trigger.Alarm(
                "lambda-demo-metric-alarm",
                AlarmState.ALARM,
                AlarmState.INSUFFICIENT_DATA,
                Instant.parse("2023-08-04T12:36:15.490Z")));
  }

  @Test
  void aCompositeAlarmIsAnAlarm() {
    assertThat(triggerOf("composite-alarm-action.json"))
        .isEqualTo(
            new Trigger.Alarm(
                "CompositeDemo.Main",
                AlarmState.ALARM,
                AlarmState.ALARM,
                Instant.parse("2023-08-04T12:56:46.138Z")));
  }

  @Test
  void theSameAlarmThroughEventBridgeIsUnderstood() {
    assertThat(triggerOf("alarm-event.json"))
        .isEqualTo(
            new Trigger.Alarm(
                "ServerCpuTooHigh",
                AlarmState.ALARM,
                AlarmState.OK,
                Instant.parse("2019-10-02T17:04:40Z")));
  }

  @Test
  void anAlarmOnMetricMathIsAnAlarm() {
    assertThat(triggerOf("metric-math-alarm-event.json"))
        .isEqualTo(
            new Trigger.Alarm(
                "TotalNetworkTrafficTooHigh",
                AlarmState.ALARM,
                AlarmState.INSUFFICIENT_DATA,
                Instant.parse("2019-10-02T17:20:48Z")));
  }

  @Test
  void theSameAlarmThroughSnsIsUnderstood() {
    assertThat(triggerOf("alarm-notification.json"))
        .isEqualTo(
            new Trigger.Alarm(
                "request-rate",
                AlarmState.ALARM,
                AlarmState.OK,
                Instant.parse("2015-06-03T17:43:27.123Z")));
  }

  @Test
  void theSchedulersCallIsATick() {
    assertThat(triggerOf("tick.json"))
        .isEqualTo(new Trigger.Tick(Instant.parse("2023-12-01T10:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "task-placement-failure.json, SERVICE_TASK_PLACEMENT_FAILURE,"
        + " arn:aws:ecs:us-west-2:111122223333:service/default/servicetest",
    "deployment-rolling-back.json, SERVICE_DEPLOYMENT_IN_PROGRESS,"
        + " arn:aws:ecs:us-west-2:111122223333:service/default/servicetest",
    "container-instance.json, container instance ACTIVE, i-f3a8506b",
    "launch-unsuccessful.json, EC2 Instance Launch Unsuccessful, my-asg",
    "launch-successful.json, EC2 Instance Launch Successful, my-asg"
  })
  void changesOfTheFleetAreUnderstood(String fixture, String kind, String resource) {
    assertThat(triggerOf(fixture))
        .isInstanceOfSatisfying(
            Trigger.FleetEvent.class,
            event -> {
              assertThat(event.kind()).isEqualTo(kind);
              assertThat(event.resource()).isEqualTo(resource);
            });
  }

  @Test
  void anOperatorsRequestIsUnderstood() {
    assertThat(triggerOf("manual-observe.json"))
        .isEqualTo(
            new Trigger.Manual(new Request.Observe(), Optional.empty(), false, "no reason given"));
    assertThat(triggerOf("manual-scale.json"))
        .isEqualTo(
            new Trigger.Manual(
                new Request.Scale(5, Duration.ofMinutes(30)),
                Optional.empty(),
                false,
                "sale starts at noon"));
    assertThat(triggerOf("manual-reconcile-dry-run.json"))
        .isEqualTo(
            new Trigger.Manual(new Request.Reconcile(), Optional.empty(), true, "no reason given"));
    assertThat(triggerOf("manual-hold.json"))
        .isEqualTo(
            new Trigger.Manual(
                new Request.Hold(Duration.ofMinutes(20)), Optional.empty(), false, "drill"));
    assertThat(triggerOf("manual-release.json"))
        .isEqualTo(
            new Trigger.Manual(new Request.Release(), Optional.empty(), false, "no reason given"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not json                                  | the payload is not JSON; seen was 'not json'
          ``                                        | the payload is not JSON; seen was ''
          [1, 2]                                    | the payload is '[1, 2]' but must be a JSON object
          {}                                        | the payload has the fields '[]'; expected is an alarm
          {"hello":1}                               | the payload has the fields '[hello]'
          {"action":"explode"}                      | action is 'explode' but must be observe, reconcile, scale, hold or release
          {"action":7}                              | action is '7' but must be a string
          {"action":"scale"}                        | tasks is missing; it must be a whole number
          {"action":"scale","tasks":"5"}            | tasks is '5' but must be a whole number
          {"action":"scale","tasks":0}              | tasks is 1 or more, not 0
          {"action":"hold","ttlMinutes":0}          | ttlMinutes is from 1 to 1440, not 0
          {"action":"hold","ttlMinutes":2000}       | ttlMinutes is from 1 to 1440, not 2000
          {"action":"reconcile","dryrun":true}      | dryrun is not known; allowed are action, service, tasks, ttlMinutes, dryRun, reason
          {"action":"reconcile","dryRun":"true"}    | dryRun is 'true' but must be true or false
          {"detail-type":"Weather"}                 | detail-type is 'Weather' but must be one of Scheduled Event,
          {"detail-type":"Scheduled Event"}         | time is missing; it must be a string
          {"alarmData":{}}                          | alarmData.alarmName is missing; it must be a string
          {"alarmData":{"alarmName":"a","state":{"value":"RED"}}} | alarmData.state.value is 'RED' but must be OK, ALARM or INSUFFICIENT_DATA
          {"Records":{}}                            | Records is '{}' but must be a list
          {"Records":[]}                            | Records is empty; it must hold a record
          {"Records":[4]}                           | Records[0] is '4' but must be an object
          {"Records":[{"Sns":{"Message":"hi"}}]}    | Records[0].Sns.Message is not JSON; seen was 'hi'
          """)
  void whatIsNotUnderstoodIsRefusedWithTheFieldWhatWasSeenAndWhatIsAllowed(
      String payload, String problem) {
    assertThat(PayloadParser.parse(payload.getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .isInstanceOfSatisfying(
            Parsed.Refused.class, refused -> assertThat(refused.problem()).startsWith(problem));
  }

  @Test
  void oneBadRecordDoesNotSpoilTheGoodOneBesideIt() {
    String good = new String(fixture("alarm-notification.json"), StandardCharsets.UTF_8);
    String batch = good.replaceFirst("\"Records\": \\[", "\"Records\": [{\"Sns\":{}},");

    assertThat(PayloadParser.parse(batch.getBytes(StandardCharsets.UTF_8)))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .isEqualTo(
                        new Parsed.Refused(
                            "Records[0].Sns.Message is missing; it must be a string")),
            second -> assertThat(second).isInstanceOf(Parsed.Understood.class));
  }

  @Test
  void aHugePayloadIsRefusedBeforeItIsRead() {
    assertThat(PayloadParser.parse(new byte[PayloadParser.LARGEST_PAYLOAD_BYTES + 1]))
        .containsExactly(
            new Parsed.Refused("the payload has 1048577 bytes; at most 1048576 are read"));
  }

  @Test
  void aHostileValueCannotFloodOrForgeTheLog() {
    String payload = "{\"action\":\"" + "x\\nERROR all is lost ".repeat(1000) + "\"}";

    assertThat(PayloadParser.parse(payload.getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .isInstanceOfSatisfying(
            Parsed.Refused.class,
            refused -> assertThat(refused.problem()).hasSizeLessThan(250).doesNotContain("\n"));
  }

  @Property
  void noTextMakesTheParserThrow(@ForAll String text) {
    assertThatCode(() -> PayloadParser.parse(text.getBytes(StandardCharsets.UTF_8)))
        .doesNotThrowAnyException();
  }

  @Property
  void noJsonOfKnownFieldsMakesTheParserThrow(
      @ForAll("fragments") List<String> values, @ForAll("names") List<String> names) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < Math.min(values.size(), names.size()); i++) {
      json.append(i == 0 ? "" : ",").append('"').append(names.get(i)).append("\":");
      json.append(values.get(i));
    }
    json.append('}');

    assertThatCode(() -> PayloadParser.parse(json.toString().getBytes(StandardCharsets.UTF_8)))
        .doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
            "null",
            "1",
            "-1",
            "1e400",
            "true",
            "[]",
            "[{}]",
            "{}",
            "\"scale\"",
            "\"hold\"",
            "\"ECS Service Action\"",
            "\"2023-12-01T10:00:00Z\"",
            "{\"state\":null}",
            "{\"alarmName\":\"a\",\"state\":{\"value\":\"OK\"},\"previousState\":{}}",
            "[{\"Sns\":{\"Message\":\"{}\"}}]",
            "9999999999999999999999")
        .list()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of(
            "action",
            "tasks",
            "ttlMinutes",
            "dryRun",
            "reason",
            "alarmData",
            "detail",
            "detail-type",
            "time",
            "Records",
            "resources")
        .list()
        .uniqueElements()
        .ofMaxSize(6);
  }

  private static Trigger triggerOf(String fixture) {
    return switch (PayloadParser.parse(fixture(fixture)).getFirst()) {
      case Parsed.Understood(Trigger trigger) -> trigger;
      case Parsed.Refused(String problem) -> throw new AssertionError(problem);
    };
  }

  private static byte[] fixture(String name) {
    try (InputStream stream =
        Objects.requireNonNull(
            PayloadParserTest.class.getResourceAsStream("/triggers/" + name), name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
