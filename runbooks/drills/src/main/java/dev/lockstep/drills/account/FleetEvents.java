package dev.lockstep.drills.account;

import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.journal.Names;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What EventBridge sends of a change, for those events that the Terraform module routes to the
 * brain.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html">ECS
 *     service action events</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html">ECS
 *     deployment state change events</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html">Auto
 *     Scaling events</a>
 */
final class FleetEvents {
  private static final String SERVICE =
      Names.arn("ecs", "service/%s/%s".formatted(Names.CLUSTER, Names.SERVICE));

  private FleetEvents() {}

  static Optional<byte[]> payload(Change change, Instant now) {
    return switch (change) {
      case Change.PlacementFailed _ ->
          Optional.of(
              event(
                  "ECS Service Action",
                  "aws.ecs",
                  now,
                  List.of(SERVICE),
                  Map.of(
                      "eventType", "ERROR",
                      "eventName", "SERVICE_TASK_PLACEMENT_FAILURE",
                      "clusterArn", Names.arn("ecs", "cluster/" + Names.CLUSTER),
                      "reason", "RESOURCE:GPU",
                      "createdAt", now.toString())));
      case Change.DeploymentTurned turned -> deployment(turned, now);
      case Change.HostRegistered(String host) -> Optional.of(instance(host, "ACTIVE", now));
      case Change.InstanceTurned(String host, String status) ->
          Optional.of(instance(host, status, now));
      case Change.LaunchFailed(String type, String zone) ->
          Optional.of(
              event(
                  "EC2 Instance Launch Unsuccessful",
                  "aws.autoscaling",
                  now,
                  List.of(
                      Names.arn(
                          "autoscaling", "autoScalingGroup:1:autoScalingGroupName/" + Names.GROUP)),
                  Map.of(
                      "StatusCode", "Failed",
                      "AutoScalingGroupName", Names.GROUP,
                      "Details", Map.of("Availability Zone", zone, "Instance Type", type),
                      "StartTime", now.toString(),
                      "EndTime", now.toString())));
      case Change.HostsAsked _,
          Change.HostLaunched _,
          Change.HostDied _,
          Change.HostEnds _,
          Change.TasksAsked _,
          Change.TaskPlaced _,
          Change.TaskServing _,
          Change.TaskStopping _,
          Change.TaskStopped _,
          Change.ServiceEvent _,
          Change.AlarmTurned _,
          Change.Told _ ->
          Optional.empty();
    };
  }

  private static Optional<byte[]> deployment(Change.DeploymentTurned turned, Instant now) {
    return switch (turned.turn()) {
      case BEGAN -> Optional.of(deployment(turned, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", now));
      case COMPLETED ->
          Optional.of(deployment(turned, "INFO", "SERVICE_DEPLOYMENT_COMPLETED", now));
      case FAILED -> Optional.of(deployment(turned, "ERROR", "SERVICE_DEPLOYMENT_FAILED", now));
      case TOOK_ALL_REQUESTS -> Optional.empty();
    };
  }

  private static byte[] deployment(
      Change.DeploymentTurned turned, String eventType, String eventName, Instant now) {
    return event(
        "ECS Deployment State Change",
        "aws.ecs",
        now,
        List.of(SERVICE),
        Map.of(
            "eventType",
            eventType,
            "eventName",
            eventName,
            "deploymentId",
            turned.deployment(),
            "updatedAt",
            now.toString(),
            "reason",
            "ECS deployment %s %s".formatted(turned.deployment(), turned.state())));
  }

  private static byte[] instance(String host, String status, Instant now) {
    return event(
        "ECS Container Instance State Change",
        "aws.ecs",
        now,
        List.of(Names.containerInstance(host)),
        Map.of(
            "agentConnected",
            true,
            "clusterArn",
            Names.arn("ecs", "cluster/" + Names.CLUSTER),
            "containerInstanceArn",
            Names.containerInstance(host),
            "ec2InstanceId",
            host,
            "status",
            status,
            "updatedAt",
            now.toString()));
  }

  private static byte[] event(
      String type, String source, Instant now, List<String> resources, Map<String, ?> detail) {
    return Payloads.json(
        Map.of(
            "version",
            "0",
            "detail-type",
            type,
            "source",
            source,
            "account",
            Names.ACCOUNT_ID,
            "time",
            now.toString(),
            "region",
            Names.REGION,
            "resources",
            resources,
            "detail",
            detail));
  }
}
