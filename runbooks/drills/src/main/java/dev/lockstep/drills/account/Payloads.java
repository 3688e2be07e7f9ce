package dev.lockstep.drills.account;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.drills.cloudwatch.Alarm;
import dev.lockstep.drills.journal.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** The payloads that AWS sends to a function, in AWS's own shapes. */
public final class Payloads {
  /** CloudWatch writes the offset without a colon. */
  private static final DateTimeFormatter ALARM_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);

  private Payloads() {}

  /** An alarm action that invokes a function itself. */
  static byte[] alarm(Alarm alarm, Alarm.State before, Instant now) {
    Alarm.Rule rule = alarm.rule();
    return json(
        Map.of(
            "source",
            "aws.cloudwatch",
            "alarmArn",
            "arn:aws:cloudwatch:%s:%s:alarm:%s"
                .formatted(Names.REGION, Names.ACCOUNT_ID, rule.name()),
            "accountId",
            Names.ACCOUNT_ID,
            "time",
            ALARM_TIME.format(now),
            "region",
            Names.REGION,
            "alarmData",
            Map.of(
                "alarmName", rule.name(),
                "state", Map.of("value", alarm.state().name(), "timestamp", ALARM_TIME.format(now)),
                "previousState", Map.of("value", before.name()),
                "configuration", Map.of("metrics", List.of(metric(rule))))));
  }

  private static Map<String, Object> metric(Alarm.Rule rule) {
    return Map.of(
        "metricStat",
        Map.of(
            "metric",
            Map.of(
                "namespace", rule.metric().namespace(),
                "name", rule.metric().name(),
                "dimensions", rule.metric().dimensions()),
            "period",
            rule.period().toSeconds()));
  }

  /** EventBridge Scheduler's call. */
  public static byte[] tick(Instant now) {
    return json(
        Map.of(
            "version", "0",
            "detail-type", "Scheduled Event",
            "source", "aws.scheduler",
            "account", Names.ACCOUNT_ID,
            "time", now.toString(),
            "region", Names.REGION,
            "detail", "{}"));
  }

  static byte[] json(Map<String, ?> fields) {
    try {
      return JSON.std.asBytes(fields);
    } catch (IOException impossible) {
      throw new UncheckedIOException("strings, numbers and maps always serialize", impossible);
    }
  }
}
