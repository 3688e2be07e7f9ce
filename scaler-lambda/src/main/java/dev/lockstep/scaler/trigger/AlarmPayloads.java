package dev.lockstep.scaler.trigger;

/**
 * A CloudWatch alarm in its three wrappings. Metric, metric-math and composite alarms carry their
 * state in the same place; only {@code configuration}, which nothing here needs, tells them apart.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html">Alarms
 *     and Lambda</a>
 */
final class AlarmPayloads {
  private AlarmPayloads() {}

  /** An alarm action that invokes the function itself. */
  static Trigger.Alarm fromAlarmAction(Fields event) {
    return fromStateChange(event, event.object("alarmData"));
  }

  /** The same alarm as EventBridge reports it: {@code detail} in place of {@code alarmData}. */
  static Trigger.Alarm fromEvent(Fields event) {
    return fromStateChange(event, event.object("detail"));
  }

  private static Trigger.Alarm fromStateChange(Fields event, Fields alarm) {
    return new Trigger.Alarm(
        alarm.text("alarmName"),
        alarm.object("state").alarmState("value"),
        alarm.object("previousState").alarmState("value"),
        event.time("time"));
  }

  /** The JSON inside an SNS message, which has field names of its own. */
  static Trigger.Alarm fromNotification(Fields message) {
    return new Trigger.Alarm(
        message.text("AlarmName"),
        message.alarmState("NewStateValue"),
        message.alarmState("OldStateValue"),
        message.time("StateChangeTime"));
  }
}
