# The inference service. The scaler owns desired_count; whoever deploys owns task_definition
# (`aws ecs update-service`, see README.md); Terraform owns the rest.

locals {
  container_name = "inference"
  container_port = 8080

  container_ports = concat([local.container_port], var.grpc ? [local.grpc_port] : [])
  image           = "${aws_ecr_repository.inference.repository_url}:${var.image_tag}"

  container_environment = merge(
    var.environment,
    { LOCKSTEP_PROVIDER = var.execution_provider },
    { LOCKSTEP_SERVICE = local.service_name }, # under which it publishes what the scaler and the alarms read
    { DJL_CACHE_DIR = "/tmp/djl" },            # the tokenizer's native library, where the image has not unpacked it
    var.model_path == null ? {} : { LOCKSTEP_MODEL = var.model_path },
    var.protect_after_seconds == null ? {} : { LOCKSTEP_PROTECT_AFTER = "${var.protect_after_seconds}s" },
    var.grpc ? { LOCKSTEP_GRPC_PORT = tostring(local.grpc_port) } : {},
  )
}

resource "aws_cloudwatch_log_group" "inference" {
  name              = "/lockstep/${var.name}/inference"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

# Terraform makes the secret and never sees its value: it would end in the state file. README.md has
# the command that sets it.
resource "aws_secretsmanager_secret" "api_keys" {
  name                    = "${var.name}/api-keys"
  description             = "API keys that clients of ${local.service_name} may use, separated by commas"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_ecs_task_definition" "inference" {
  family                   = local.service_name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.task_cpu
  memory                   = var.task_memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  skip_destroy             = true # older revisions are the way back

  # The one folder that can be written to: an image that runs the plain jar unpacks native libraries here, and ONNX Runtime
  # wants a folder at each start. Docker makes the volume with the task and drops it after.
  volume {
    name = "scratch"
  }

  container_definitions = jsonencode([{
    name        = local.container_name
    image       = local.image
    essential   = true
    cpu         = var.task_cpu
    memory      = var.task_memory_mib
    stopTimeout = var.stop_timeout_seconds
    privileged  = false

    resourceRequirements = [{ type = "GPU", value = tostring(var.gpus_per_task) }]
    portMappings         = [for port in local.container_ports : { containerPort = port, hostPort = port, protocol = "tcp" }]
    environment          = [for name in sort(keys(local.container_environment)) : { name = name, value = local.container_environment[name] }]
    secrets              = [{ name = "LOCKSTEP_API_KEYS", valueFrom = aws_secretsmanager_secret.api_keys.arn }]

    # There is no container health check: ECS ignores the image's HEALTHCHECK, and the load balancer
    # asks /healthz from where clients are; ECS replaces a task that fails it.
    linuxParameters        = { initProcessEnabled = true }
    ulimits                = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    readonlyRootFilesystem = true
    mountPoints            = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.inference.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "task"
        mode                  = "non-blocking" # a slow log service must not slow an answer
        max-buffer-size       = "8m"
      }
    }
  }])
}

resource "aws_ecs_service" "inference" {
  name                              = local.service_name
  cluster                           = aws_ecs_cluster.this.arn
  task_definition                   = aws_ecs_task_definition.inference.arn
  desired_count                     = var.desired_tasks
  launch_type                       = "EC2"
  availability_zone_rebalancing     = "DISABLED" # the scaler must be the only one that moves tasks
  health_check_grace_period_seconds = var.health_check_grace_seconds
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  force_delete                      = !var.deletion_protection

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = local.blue_green ? 200 : var.rolling_maximum_percent

  deployment_configuration {
    strategy             = local.blue_green ? "BLUE_GREEN" : "ROLLING"
    bake_time_in_minutes = local.blue_green ? var.bake_time_minutes : null
  }

  # ECS has the circuit breaker for rolling deployments only; the alarm below guards both.
  dynamic "deployment_circuit_breaker" {
    for_each = local.blue_green ? [] : [true]

    content {
      enable   = true
      rollback = true
    }
  }

  alarms {
    alarm_names = [aws_cloudwatch_metric_alarm.operations["target_errors"].alarm_name]
    enable      = true
    rollback    = true
  }

  network_configuration {
    subnets          = local.private_subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }

  # Fill hosts before opening new ones, so that the others empty and can go.
  ordered_placement_strategy {
    type  = "binpack"
    field = "memory"
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.colour["blue"].arn
    container_name   = local.container_name
    container_port   = local.container_port

    dynamic "advanced_configuration" {
      for_each = local.blue_green ? [true] : []

      content {
        alternate_target_group_arn = aws_lb_target_group.colour["green"].arn
        production_listener_rule   = aws_lb_listener_rule.production.arn
        test_listener_rule         = aws_lb_listener_rule.test[0].arn
        role_arn                   = aws_iam_role.blue_green[0].arn
      }
    }
  }

  # A second entry for the second port of the same tasks: ECS registers each task in both, and in a
  # blue/green deployment shifts both rules.
  dynamic "load_balancer" {
    for_each = var.grpc ? [true] : []

    content {
      target_group_arn = aws_lb_target_group.grpc["blue"].arn
      container_name   = local.container_name
      container_port   = local.grpc_port

      dynamic "advanced_configuration" {
        for_each = local.blue_green ? [true] : []

        content {
          alternate_target_group_arn = aws_lb_target_group.grpc["green"].arn
          production_listener_rule   = aws_lb_listener_rule.grpc[0].arn
          test_listener_rule         = aws_lb_listener_rule.grpc_test[0].arn
          role_arn                   = aws_iam_role.blue_green[0].arn
        }
      }
    }
  }

  lifecycle {
    # desired_count: the scaler's. task_definition and load_balancer: ECS swaps the target groups in
    # each blue/green deployment; one started by Terraform would write the first colours back and
    # deploy onto live traffic.
    ignore_changes = [desired_count, task_definition, load_balancer]
  }

  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_iam_role_policy.execution,
    aws_iam_role_policy_attachment.blue_green,
    aws_lb_listener_rule.production,
    aws_lb_listener_rule.grpc,
  ]
}

# Not an error: a fleet may run at its maximum and deploy at night.
check "room_for_rolling_deployment" {
  assert {
    condition     = local.blue_green || local.hosts_for_max_tasks * local.tasks_per_host > var.max_tasks || local.hosts_for_max_tasks < var.max_hosts
    error_message = "At max_tasks no host is left for a task of the next revision, so a deployment at full load waits until demand falls. Raise max_hosts above ${local.hosts_for_max_tasks}."
  }
}
