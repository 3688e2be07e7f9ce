# Alarms that start the scaler, and alarms that tell people. Each description ends with its runbook,
# which names the alarm in turn (runbooks/drills tests both directions).
#
# The four triggers come in two pairs: on the service's own 10-second metrics, and on the load
# balancer's 60-second ones for when those are missing. All act in both directions (ALARM and OK);
# missing data is unknown and starts nothing.

locals {
  service_dimensions       = { Service = local.service_name }
  load_balancer_dimensions = { LoadBalancer = aws_lb.this.arn_suffix }

  # Target groups by names that metric math allows.
  request_metrics = { for name, group in local.target_groups : replace(name, "-", "_") => group }

  # Of the budget, what the load balancer and the network take; the service cannot see it.
  network_share_ms = 35
}

# Each task publishes one count every ten seconds, so the average is one task's share: it rises above
# the sustainable rate at any fleet size, where a fixed total would be right for one size only.
resource "aws_cloudwatch_metric_alarm" "demand" {
  alarm_name          = "${var.name}-demand"
  alarm_description   = "Arrivals a task exceed ${var.rps_per_task} requests a second (10-second metric). Runbook: runbooks/surge-beyond-maximum.md"
  namespace           = "Lockstep"
  metric_name         = "Arrivals"
  dimensions          = local.service_dimensions
  statistic           = "Average"
  period              = 10
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rps_per_task * 10
  treat_missing_data  = "missing"
  alarm_actions       = [aws_lambda_alias.live.arn]
  ok_actions          = [aws_lambda_alias.live.arn]
}

resource "aws_cloudwatch_metric_alarm" "demand_fallback" {
  alarm_name          = "${var.name}-demand-fallback"
  alarm_description   = "Requests a target exceed ${var.rps_per_task} a second (load balancer, 60 seconds). Runbook: runbooks/surge-beyond-maximum.md"
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rps_per_task * 60
  treat_missing_data  = "missing"
  alarm_actions       = [aws_lambda_alias.live.arn]
  ok_actions          = [aws_lambda_alias.live.arn]

  # Whichever colour is live, by both protocols together; each alone too, for minutes in which the
  # other has no data and so the sum may have none.
  metric_query {
    id          = "requests_a_target"
    expression  = "MAX([${join(", ", sort(concat(keys(local.request_metrics), [for colour in local.grpc_colours : "${colour}_both"])))}])"
    label       = "Requests a target and minute"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.request_metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "RequestCountPerTarget"
        dimensions  = merge(local.load_balancer_dimensions, { TargetGroup = metric_query.value.arn_suffix })
        stat        = "Sum"
        period      = 60
      }
    }
  }

  dynamic "metric_query" {
    for_each = local.grpc_colours

    content {
      id          = "${metric_query.key}_both"
      expression  = "${metric_query.key} + ${metric_query.key}_grpc"
      return_data = false
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name                            = "${var.name}-latency"
  alarm_description                     = "p95 inside the service exceeds its ${var.p95_budget_ms - local.network_share_ms} ms of the ${var.p95_budget_ms} ms budget (10-second metric). Runbook: runbooks/latency-over-budget.md"
  namespace                             = "Lockstep"
  metric_name                           = "Latency"
  dimensions                            = local.service_dimensions
  extended_statistic                    = "p95"
  evaluate_low_sample_count_percentiles = "ignore"
  period                                = 10
  evaluation_periods                    = 3
  datapoints_to_alarm                   = 2
  comparison_operator                   = "GreaterThanThreshold"
  threshold                             = var.p95_budget_ms - local.network_share_ms
  treat_missing_data                    = "missing"
  alarm_actions                         = [aws_lambda_alias.live.arn]
  ok_actions                            = [aws_lambda_alias.live.arn]
}

resource "aws_cloudwatch_metric_alarm" "latency_fallback" {
  alarm_name                            = "${var.name}-latency-fallback"
  alarm_description                     = "p95 at the load balancer exceeds ${var.p95_budget_ms} ms (60 seconds). Runbook: runbooks/latency-over-budget.md"
  namespace                             = "AWS/ApplicationELB"
  metric_name                           = "TargetResponseTime"
  dimensions                            = local.load_balancer_dimensions
  extended_statistic                    = "p95"
  evaluate_low_sample_count_percentiles = "ignore"
  period                                = 60
  evaluation_periods                    = 1
  comparison_operator                   = "GreaterThanThreshold"
  threshold                             = var.p95_budget_ms / 1000
  treat_missing_data                    = "missing"
  alarm_actions                         = [aws_lambda_alias.live.arn]
  ok_actions                            = [aws_lambda_alias.live.arn]
}

# ---- for people -----------------------------------------------------------------------------------

locals {
  function_dimensions = { FunctionName = local.scaler_name }
  group_dimensions    = { AutoScalingGroupName = local.asg_name }

  # minutes: how many one-minute points in a row must breach. missing: what a gap means.
  operations_alarms = {
    scaler_errors = {
      description = "Runs of the scaler fail"
      runbook     = "scaling-stuck"
      metric      = { namespace = "AWS/Lambda", name = "Errors", statistic = "Sum", dimensions = local.function_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 0, minutes = 3, missing = "notBreaching" }
    }
    scaler_throttles = {
      description = "Triggers queue behind the one run that may be active: a run takes too long, or something floods it"
      runbook     = "scaling-stuck"
      metric      = { namespace = "AWS/Lambda", name = "Throttles", statistic = "Sum", dimensions = local.function_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 5, minutes = 5, missing = "notBreaching" }
    }
    dead_letters = {
      description = "A trigger failed three times or was never delivered"
      runbook     = "scaling-stuck"
      metric      = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", dimensions = { QueueName = "${local.scaler_name}-dead-letters" } }
      breach      = { comparison = "GreaterThanThreshold", threshold = 0, minutes = 1, missing = "notBreaching" }
    }
    tick_silent = {
      description = "The scaler has decided nothing for five minutes, although it ticks every minute"
      runbook     = "scaling-stuck"
      metric      = { namespace = "Lockstep", name = "DecisionLatency", statistic = "SampleCount", dimensions = local.service_dimensions }
      breach      = { comparison = "LessThanThreshold", threshold = 1, minutes = 5, missing = "breaching" }
    }
    shortage = {
      description = "Tasks have been short of desired for ${var.shortage_minutes} minutes, longer than a host takes to serve"
      runbook     = "tasks-pending"
      metric      = { namespace = "Lockstep", name = "ShortfallTasks", statistic = "Minimum", dimensions = local.service_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 0, minutes = var.shortage_minutes, missing = "ignore" }
    }
    second_controller = {
      description = "Somebody else scales the service or the group, so the scaler changes nothing"
      runbook     = "two-controllers"
      metric      = { namespace = "Lockstep", name = "SecondControllers", statistic = "Minimum", dimensions = local.service_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 0, minutes = 3, missing = "ignore" }
    }
    deployment_stuck = {
      description = "A deployment has run for 45 minutes and is not over"
      runbook     = "deployment-deadlocked"
      metric      = { namespace = "Lockstep", name = "DeploymentMinutes", statistic = "Maximum", dimensions = local.service_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 45, minutes = 1, missing = "ignore" }
    }
    hosts_old = {
      description = "A host has run for 30 days: its image lacks the patches since"
      runbook     = "host-replacement"
      metric      = { namespace = "Lockstep", name = "OldestHostDays", statistic = "Maximum", dimensions = local.service_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 30, minutes = 1, missing = "ignore", period = 3600 }
    }
    hosts_at_maximum = {
      description = "The group has been at its maximum of ${var.max_hosts} hosts for 15 minutes: nothing is left for more demand"
      runbook     = "surge-beyond-maximum"
      metric      = { namespace = "AWS/AutoScaling", name = "GroupDesiredCapacity", statistic = "Minimum", dimensions = local.group_dimensions }
      breach      = { comparison = "GreaterThanOrEqualToThreshold", threshold = var.max_hosts, minutes = 15, missing = "ignore" }
    }
    refusals = {
      description = "The service has refused requests for five minutes"
      runbook     = "surge-beyond-maximum"
      metric      = { namespace = "Lockstep", name = "Refusals", statistic = "Sum", dimensions = local.service_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 0, minutes = 5, missing = "notBreaching" }
    }
    metrics_missing = {
      description = "The service publishes no arrivals: the scaler sees with the load balancer's slower eyes"
      runbook     = "metrics-missing"
      metric      = { namespace = "Lockstep", name = "Arrivals", statistic = "SampleCount", dimensions = local.service_dimensions }
      breach      = { comparison = "LessThanThreshold", threshold = 1, minutes = 10, missing = "breaching" }
    }
    target_errors = { # also rolls a deployment back
      description = "Tasks answer with 5xx"
      runbook     = "bad-deployment"
      metric      = { namespace = "AWS/ApplicationELB", name = "HTTPCode_Target_5XX_Count", statistic = "Sum", dimensions = local.load_balancer_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 10, minutes = 2, missing = "notBreaching" }
    }
    load_balancer_errors = {
      description = "The load balancer answers with 5xx by itself: no healthy target, or none that answers in time"
      runbook     = "load-balancer-errors"
      metric      = { namespace = "AWS/ApplicationELB", name = "HTTPCode_ELB_5XX_Count", statistic = "Sum", dimensions = local.load_balancer_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 10, minutes = 2, missing = "notBreaching" }
    }
    tls_errors = { # strangers who scan for weak ciphers fail too, but not one a second
      description = "Clients cannot agree on TLS with the load balancer: the certificate has expired, or the policy is too strict"
      runbook     = "load-balancer-errors"
      metric      = { namespace = "AWS/ApplicationELB", name = "ClientTLSNegotiationErrorCount", statistic = "Sum", dimensions = local.load_balancer_dimensions }
      breach      = { comparison = "GreaterThanThreshold", threshold = 60, minutes = 3, missing = "notBreaching" }
    }
    certificate_expiry = {
      description = "The certificate expires within 30 days and has not renewed itself"
      runbook     = "load-balancer-errors"
      metric      = { namespace = "AWS/CertificateManager", name = "DaysToExpiry", statistic = "Minimum", dimensions = { CertificateArn = var.certificate_arn } }
      breach      = { comparison = "LessThanThreshold", threshold = 30, minutes = 1, missing = "ignore", period = 86400 } # published twice a day
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "operations" {
  for_each            = local.operations_alarms
  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = "${each.value.description}. Runbook: runbooks/${each.value.runbook}.md"
  namespace           = each.value.metric.namespace
  metric_name         = each.value.metric.name
  statistic           = each.value.metric.statistic
  dimensions          = each.value.metric.dimensions
  period              = try(each.value.breach.period, 60)
  evaluation_periods  = each.value.breach.minutes
  comparison_operator = each.value.breach.comparison
  threshold           = each.value.breach.threshold
  treat_missing_data  = each.value.breach.missing
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

# Hosts ordered and not delivered: EC2 has none to give.
resource "aws_cloudwatch_metric_alarm" "hosts_undelivered" {
  alarm_name          = "${var.name}-hosts-undelivered"
  alarm_description   = "Fewer hosts in service than ordered for ${var.shortage_minutes} minutes. Runbook: runbooks/no-gpu-capacity.md"
  evaluation_periods  = var.shortage_minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "undelivered"
    expression  = "desired - in_service"
    label       = "Hosts ordered and not in service"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { desired = "GroupDesiredCapacity", in_service = "GroupInServiceInstances" }

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/AutoScaling"
        metric_name = metric_query.value
        dimensions  = local.group_dimensions
        stat        = "Minimum"
        period      = 60
      }
    }
  }
}

# GPUs that are paid for and do nothing, beyond the fewest hosts that are always kept.
resource "aws_cloudwatch_metric_alarm" "hosts_idle" {
  alarm_name          = "${var.name}-hosts-idle"
  alarm_description   = "More than ${var.min_hosts} hosts are asked for, and their GPUs have been less than 20 % busy for 30 minutes. Runbook: runbooks/runaway-scaling.md"
  evaluation_periods  = 30
  comparison_operator = "LessThanThreshold"
  threshold           = 20
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "gpu_above_minimum"
    expression  = "IF(desired > ${var.min_hosts}, gpu, 100)"
    label       = "GPU utilisation while more hosts than the fewest are asked for"
    return_data = true
  }

  metric_query {
    id          = "desired"
    return_data = false

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupDesiredCapacity"
      dimensions  = local.group_dimensions
      stat        = "Minimum"
      period      = 60
    }
  }

  metric_query {
    id          = "gpu"
    return_data = false

    metric {
      namespace   = "Lockstep"
      metric_name = "GpuUtilization"
      dimensions  = local.service_dimensions
      stat        = "Average"
      period      = 60
    }
  }
}

# No healthy task in a zone, although there are enough for one in each.
resource "aws_cloudwatch_metric_alarm" "zone_empty" {
  for_each            = toset(local.task_zones)
  alarm_name          = "${var.name}-zone-empty-${each.key}"
  alarm_description   = "No healthy task has been in ${each.key} for five minutes, although there are enough for one in each zone. Runbook: runbooks/zone-lost.md"
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "empty"
    expression  = "IF(running >= ${length(local.task_zones)} AND FILL(MAX([${join(", ", sort(local.colours))}]), 0) == 0, 1, 0)"
    label       = "No healthy task in ${each.key}"
    return_data = true
  }

  metric_query {
    id          = "running"
    return_data = false

    metric {
      namespace   = "Lockstep"
      metric_name = "RunningTasks"
      dimensions  = local.service_dimensions
      stat        = "Minimum"
      period      = 60
    }
  }

  # Whichever colour is live.
  dynamic "metric_query" {
    for_each = local.colours

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "HealthyHostCount"
        dimensions  = merge(local.load_balancer_dimensions, { AvailabilityZone = each.key, TargetGroup = aws_lb_target_group.colour[metric_query.key].arn_suffix })
        stat        = "Maximum"
        period      = 60
      }
    }
  }
}

# A task that runs and fails its checks, with a host under it that works: a GPU that fell off the bus.
# ECS replaces the task, and while its successor waits for its image no target is unhealthy: five
# minutes of ten, as runbooks/scenarios/gpu-failure.yaml has shown.
resource "aws_cloudwatch_metric_alarm" "unhealthy_targets" {
  for_each            = local.target_groups
  alarm_name          = "${var.name}-unhealthy-targets-${each.key}"
  alarm_description   = "Tasks of the ${each.key} target group have failed their health checks in five of ten minutes. Runbook: runbooks/gpu-failure.md"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  dimensions          = merge(local.load_balancer_dimensions, { TargetGroup = each.value.arn_suffix })
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}
