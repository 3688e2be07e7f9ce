# The brain: one function behind an alias, everything that may start it, and where its failures go.

locals {
  scaler_jar   = coalesce(var.scaler_jar, "${path.module}/../scaler-lambda/target/scaler-lambda.jar")
  scaler_alias = "live"

  # Exactly the constants of the function's enum Setting, with their prefix, one a line: a test on
  # each side compares the two.
  scaler_environment = {
    LOCKSTEP_CLUSTER        = aws_ecs_cluster.this.name
    LOCKSTEP_SERVICE        = local.service_name
    LOCKSTEP_ASG            = local.asg_name
    LOCKSTEP_LOAD_BALANCER  = aws_lb.this.arn_suffix
    LOCKSTEP_TARGET_GROUP   = join(",", [for colour in sort(local.colours) : join("+", values(local.target_groups_of_colour[colour])[*].arn_suffix)])
    LOCKSTEP_RPS_PER_TASK   = tostring(var.rps_per_task)
    LOCKSTEP_P95_BUDGET_MS  = tostring(var.p95_budget_ms)
    LOCKSTEP_GPUS_PER_TASK  = tostring(var.gpus_per_task)
    LOCKSTEP_GPUS_PER_HOST  = tostring(local.gpus_per_host)
    LOCKSTEP_MIN_TASKS      = tostring(var.min_tasks)
    LOCKSTEP_MAX_TASKS      = tostring(var.max_tasks)
    LOCKSTEP_MIN_HOSTS      = tostring(var.min_hosts)
    LOCKSTEP_MAX_HOSTS      = tostring(var.max_hosts)
    LOCKSTEP_MAX_STEP_HOSTS = tostring(var.max_step_hosts)
    LOCKSTEP_SPARE          = var.spare
    LOCKSTEP_LEAD_SECONDS   = tostring(var.lead_seconds)
    LOCKSTEP_FORECAST       = tostring(var.forecast)
    LOCKSTEP_SCHEDULE       = var.schedule
    LOCKSTEP_TASK_RELEASE   = var.task_release
    LOCKSTEP_DRY_RUN        = tostring(var.dry_run)
  }
}

resource "aws_cloudwatch_log_group" "scaler" {
  name              = "/aws/lambda/${local.scaler_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_lambda_function" "scaler" {
  function_name    = local.scaler_name
  description      = "Keeps the tasks of ${local.service_name} and the hosts of ${local.asg_name} in step"
  role             = aws_iam_role.scaler.arn
  runtime          = "java25"
  handler          = "dev.lockstep.scaler.ScalerHandler::handleRequest"
  filename         = local.scaler_jar
  source_code_hash = fileexists(local.scaler_jar) ? filebase64sha256(local.scaler_jar) : null
  memory_size      = 1024
  timeout          = 50 # shorter than the tick, so that a stuck run ends before the next
  publish          = true

  reserved_concurrent_executions = 1 # two runs at once are harmless, but never needed

  snap_start {
    apply_on = "PublishedVersions"
  }

  environment {
    variables = merge(local.scaler_environment, {
      # With SnapStart, Lambda leaves every compiler tier on. A run a minute never earns back what the
      # second compiler takes from it; measured in scaler-lambda/RATIONALE.md.
      JAVA_TOOL_OPTIONS = "-XX:+TieredCompilation -XX:TieredStopAtLevel=1"
    })
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.scaler_jar)
      error_message = "There is no scaler jar at ${local.scaler_jar}. Build it (mvn package at the repository's root), or set scaler_jar to where it is."
    }
  }

  depends_on = [aws_cloudwatch_log_group.scaler, aws_iam_role_policy.scaler]
}

resource "aws_lambda_alias" "live" {
  name             = local.scaler_alias
  description      = "What every trigger calls; pointing it at an older version is the rollback"
  function_name    = aws_lambda_function.scaler.function_name
  function_version = aws_lambda_function.scaler.version
}

# A trigger older than five minutes says nothing the next tick does not know better.
resource "aws_lambda_function_event_invoke_config" "live" {
  function_name                = aws_lambda_function.scaler.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 300

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${local.scaler_name}-dead-letters"
  message_retention_seconds = 1209600 # 14 days, the longest SQS offers
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = jsonencode(local.dead_letters_queue_policy)
}

# ---- trigger: alarms (both directions; they fire on transitions only) ------------------------------

locals {
  trigger_alarms = {
    demand           = aws_cloudwatch_metric_alarm.demand
    demand_fallback  = aws_cloudwatch_metric_alarm.demand_fallback
    latency          = aws_cloudwatch_metric_alarm.latency
    latency_fallback = aws_cloudwatch_metric_alarm.latency_fallback
  }
}

resource "aws_lambda_permission" "alarm" {
  for_each       = local.trigger_alarms
  statement_id   = "alarm-${replace(each.key, "_", "-")}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.scaler.function_name
  qualifier      = aws_lambda_alias.live.name
  principal      = "lambda.alarms.cloudwatch.amazonaws.com"
  source_account = local.account_id
  source_arn     = each.value.arn
}

# ---- trigger: the tick, which finishes every job an alarm began -----------------------------------

resource "aws_scheduler_schedule_group" "scaler" {
  name = local.scaler_name
}

resource "aws_scheduler_schedule" "tick" {
  name                = "tick"
  group_name          = aws_scheduler_schedule_group.scaler.name
  description         = "Runs ${local.scaler_name} every minute"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  # No input: the function parses the "Scheduled Event" that Scheduler sends by itself.
  target {
    arn      = aws_lambda_alias.live.arn
    role_arn = aws_iam_role.tick.arn

    retry_policy {
      maximum_retry_attempts       = 0 # the next tick is a minute away
      maximum_event_age_in_seconds = 60
    }
  }
}

# ---- trigger: fleet events, to act at once instead of at the tick ---------------------------------

locals {
  fleet_events = {
    task-placement-failure = {
      description = "A task of the service found no host"
      pattern = {
        source      = ["aws.ecs"]
        detail-type = ["ECS Service Action"]
        resources   = [local.service_arn]
        detail      = { eventName = ["SERVICE_TASK_PLACEMENT_FAILURE"] }
      }
    }
    deployment-state-change = {
      description = "A deployment of the service began, ended or was taken back"
      pattern = {
        source      = ["aws.ecs"]
        detail-type = ["ECS Deployment State Change"]
        resources   = [local.service_arn]
      }
    }
    host-state-change = {
      description = "A host registered, drained, lost its agent or left"
      pattern = {
        source      = ["aws.ecs"]
        detail-type = ["ECS Container Instance State Change"]
        detail      = { clusterArn = [local.cluster_arn] }
      }
    }
    host-launch-failure = {
      description = "EC2 could not start a host"
      pattern = {
        source      = ["aws.autoscaling"]
        detail-type = ["EC2 Instance Launch Unsuccessful"]
        detail      = { AutoScalingGroupName = [local.asg_name] }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "fleet" {
  for_each      = local.fleet_events
  name          = "${local.scaler_name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "fleet" {
  for_each = local.fleet_events
  rule     = aws_cloudwatch_event_rule.fleet[each.key].name
  arn      = aws_lambda_alias.live.arn

  retry_policy {
    maximum_retry_attempts       = 2
    maximum_event_age_in_seconds = 300
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
}

resource "aws_lambda_permission" "fleet" {
  for_each       = local.fleet_events
  statement_id   = "event-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.scaler.function_name
  qualifier      = aws_lambda_alias.live.name
  principal      = "events.amazonaws.com"
  source_account = local.account_id
  source_arn     = aws_cloudwatch_event_rule.fleet[each.key].arn
}
