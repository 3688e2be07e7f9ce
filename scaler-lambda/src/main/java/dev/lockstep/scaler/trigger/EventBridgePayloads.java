package dev.lockstep.scaler.trigger;

import java.util.List;

/** Events that EventBridge and EventBridge Scheduler deliver, told apart by their detail type. */
final class EventBridgePayloads {
  private static final List<String> DETAIL_TYPES =
      List.of(
          "Scheduled Event",
          "CloudWatch Alarm State Change",
          "ECS Service Action",
          "ECS Deployment State Change",
          "ECS Container Instance State Change",
          "EC2 Instance Launch Successful",
          "EC2 Instance Launch Unsuccessful");

  private EventBridgePayloads() {}

  static Trigger parse(Fields event) {
    String type = event.text("detail-type");
    return switch (type) {
      case "Scheduled Event" -> new Trigger.Tick(event.time("time"));
      case "CloudWatch Alarm State Change" -> AlarmPayloads.fromEvent(event);
      case "ECS Service Action", "ECS Deployment State Change" -> ofService(event);
      case "ECS Container Instance State Change" -> containerInstance(event);
      case "EC2 Instance Launch Successful", "EC2 Instance Launch Unsuccessful" ->
          new Trigger.FleetEvent(
              type, event.object("detail").text("AutoScalingGroupName"), event.time("time"));
      default ->
          throw event.wrong("detail-type", type, "one of " + String.join(", ", DETAIL_TYPES));
    };
  }

  private static Trigger ofService(Fields event) {
    return new Trigger.FleetEvent(
        event.object("detail").text("eventName"), firstResource(event), event.time("time"));
  }

  private static Trigger containerInstance(Fields event) {
    Fields detail = event.object("detail");
    return new Trigger.FleetEvent(
        "container instance " + detail.text("status"),
        detail.text("ec2InstanceId"),
        event.time("time"));
  }

  private static String firstResource(Fields event) {
    return event.list("resources").stream()
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst()
        .orElseThrow(() -> event.wrong("resources", event.list("resources"), "a list of ARNs"));
  }
}
