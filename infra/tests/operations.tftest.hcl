mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

# What people see: alarms with their runbooks, the dashboard, the budget, and the outputs runbooks use.

run "every_alarm_names_its_runbook" {
  command = plan

  assert {
    condition = toset([
      for alarm in concat(values(local.trigger_alarms), values(aws_cloudwatch_metric_alarm.operations), values(aws_cloudwatch_metric_alarm.unhealthy_targets), values(aws_cloudwatch_metric_alarm.zone_empty), [aws_cloudwatch_metric_alarm.hosts_undelivered, aws_cloudwatch_metric_alarm.hosts_idle]) :
      try(regex("Runbook: runbooks/([a-z-]+)\\.md$", alarm.alarm_description)[0], "none: ${alarm.alarm_name}")
      ]) == toset([
      "bad-deployment", "deployment-deadlocked", "gpu-failure", "host-replacement", "latency-over-budget", "load-balancer-errors", "metrics-missing",
      "no-gpu-capacity", "runaway-scaling", "scaling-stuck", "surge-beyond-maximum", "tasks-pending", "two-controllers", "zone-lost",
    ])
    error_message = "every alarm must end with a runbook that exists"
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.operations), values(aws_cloudwatch_metric_alarm.unhealthy_targets), values(aws_cloudwatch_metric_alarm.zone_empty), [aws_cloudwatch_metric_alarm.hosts_undelivered, aws_cloudwatch_metric_alarm.hosts_idle]) : tolist(alarm.alarm_actions) == tolist([aws_sns_topic.alerts.arn]) && tolist(alarm.ok_actions) == tolist([aws_sns_topic.alerts.arn])])
    error_message = "alarms for people must tell people, and only them, of both the trouble and its end"
  }
}

run "what_is_seen_by_arithmetic" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.hosts_idle.evaluation_periods == 30 && one([for query in aws_cloudwatch_metric_alarm.hosts_idle.metric_query : query.expression if query.return_data]) == "IF(desired > 2, gpu, 100)"
    error_message = "hosts are idle only beyond the fewest that are kept"
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.zone_empty)) == toset(local.zones) && length(local.zones) == 2 && alltrue([for alarm in aws_cloudwatch_metric_alarm.zone_empty : one([for query in alarm.metric_query : query.expression if query.return_data]) == "IF(running >= 2 AND FILL(MAX([blue]), 0) == 0, 1, 0)"])
    error_message = "each zone must have its alarm, for when there are enough tasks for one in each"
  }

  assert {
    condition     = alltrue([for zone, alarm in aws_cloudwatch_metric_alarm.zone_empty : anytrue([for query in alarm.metric_query : try(one(query.metric).dimensions["AvailabilityZone"] == zone, false)])])
    error_message = "a zone's alarm must look at that zone"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.unhealthy_targets : alarm.statistic == "Maximum" && alarm.datapoints_to_alarm == 5 && alarm.evaluation_periods == 10])
    error_message = "a task that is replaced again and again is not unhealthy in each minute"
  }
}

run "the_scaler_is_watched" {
  command = plan

  assert {
    condition     = length(setsubtract(["scaler_errors", "scaler_throttles", "dead_letters", "tick_silent", "shortage"], keys(aws_cloudwatch_metric_alarm.operations))) == 0
    error_message = "errors, throttles, dead letters, a silent tick and a lasting shortage must alarm"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.operations["tick_silent"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.operations["tick_silent"].metric_name == "DecisionLatency"
    error_message = "silence is the fault: missing decisions must alarm"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.operations["shortage"].evaluation_periods == 15 && aws_cloudwatch_metric_alarm.operations["shortage"].metric_name == "ShortfallTasks" && aws_cloudwatch_metric_alarm.operations["shortage"].statistic == "Minimum"
    error_message = "a shortage must last before it alarms"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.operations["dead_letters"].dimensions == tomap({ QueueName = aws_sqs_queue.dead_letters.name })
    error_message = "the queue that is watched must be the queue that is used"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.operations["scaler_errors"].dimensions == tomap({ FunctionName = aws_lambda_function.scaler.function_name })
    error_message = "the function that is watched must be the function that runs"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.operations : alarm.dimensions["Service"] == aws_ecs_service.inference.name if contains(keys(alarm.dimensions), "Service")])
    error_message = "the service that is watched must be the service that runs"
  }
}

run "zones_of_an_existing_vpc_have_their_alarms" {
  command = plan

  variables {
    existing_network = {
      vpc_id             = "vpc-0bbbbbbbbbbbbbbbb"
      public_subnet_ids  = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]
      private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4", "subnet-0aaaaaaaaaaaaaaa5"]
    }
  }

  override_data {
    target = data.aws_subnet.existing["subnet-0aaaaaaaaaaaaaaa4"]
    values = { availability_zone = "us-east-1d" }
  }

  # The two others are in us-east-1b.
  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.zone_empty) == ["us-east-1b", "us-east-1d"]
    error_message = "each zone of the private subnets must have one alarm"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.zone_empty : one([for query in alarm.metric_query : query.expression if query.return_data]) == "IF(running >= 2 AND FILL(MAX([blue]), 0) == 0, 1, 0)"])
    error_message = "a zone is empty only when there are enough tasks for one in each of yours"
  }
}

run "the_dashboard_tells_the_story_from_top_to_bottom" {
  command = plan

  assert {
    condition = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title if widget.type == "metric"] == [
      "Demand and capacity (requests a second)",
      "p95 latency against the budget (ms)",
      "Tasks: desired and running",
      "Hosts: desired and in service",
      "Shortage (tasks) and lead time (seconds)",
      "The scaler itself",
      "Refusals and errors (a minute)",
      "GPU use (%) and requests in flight",
      "Hosts' cost (USD an hour)",
    ]
    error_message = "demand, latency, tasks, hosts, shortage, decisions, refusals, GPUs, cost: in this order"
  }

  assert {
    condition     = length(setsubtract(["DesiredTasks", "DesiredHosts", "RunningTasks", "ShortfallTasks", "ForecastDemand", "EffectiveRpsPerTask", "LeadTimeSeconds", "DecisionLatency", "RefusedTriggers", "Arrivals", "Refusals", "InFlight", "QueueDelay", "GpuUtilization", "Latency"], flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : metric[1] if try(metric[0], "") == "Lockstep"]]))) == 0
    error_message = "every metric that the scaler and the service publish must be on the dashboard"
  }

  assert {
    condition     = alltrue([for a in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : alltrue([for b in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : a == b || a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y])])
    error_message = "widgets must not overlap"
  }

  assert {
    condition     = one([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.annotations.horizontal[0].value if strcontains(try(widget.properties.title, ""), "p95")]) == 250
    error_message = "the latency panel must show the budget"
  }
}

run "money_is_watched_when_asked_for" {
  command = plan

  variables {
    monthly_budget_usd = 4000
    alert_emails       = ["oncall@example.com"]
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "4000" && length(aws_budgets_budget.monthly[0].notification) == 2 && one(aws_budgets_budget.monthly[0].cost_filter).values == tolist(["user:project$lockstep"])
    error_message = "the budget must count what carries the project tag, and tell twice"
  }

  assert {
    condition     = keys(aws_sns_topic_subscription.email) == ["oncall@example.com"]
    error_message = "people must hear of alarms"
  }
}

run "bounds_are_the_ceiling_of_the_bill" {
  command = plan

  assert {
    condition     = length(aws_budgets_budget.monthly) == 0 && tostring(aws_autoscaling_group.hosts.max_size) == one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_MAX_HOSTS"] && tostring(aws_autoscaling_group.hosts.min_size) == one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_MIN_HOSTS"]
    error_message = "the scaler's bounds must be the group's bounds"
  }
}

run "everything_carries_the_tags" {
  command = plan

  variables {
    tags = { team = "inference" }
  }

  assert {
    condition     = alltrue([for specification in aws_launch_template.hosts.tag_specifications : specification.tags["team"] == "inference" && specification.tags["project"] == "lockstep"]) && length(aws_launch_template.hosts.tag_specifications) == 3
    error_message = "hosts, volumes and interfaces must carry the tags"
  }

  assert {
    condition     = alltrue([for tag in aws_autoscaling_group.hosts.tag : tag.propagate_at_launch]) && contains([for tag in aws_autoscaling_group.hosts.tag : "${tag.key}=${tag.value}"], "team=inference")
    error_message = "the group must carry the tags and pass them on"
  }

  assert {
    condition     = aws_ecs_service.inference.propagate_tags == "SERVICE" && aws_ecs_service.inference.enable_ecs_managed_tags
    error_message = "tasks must carry the service's tags"
  }
}

run "runbooks_find_their_outputs" {
  command = plan

  variables {
    operator_arns = ["arn:aws:iam::111122223333:role/sre"]
  }

  assert {
    condition     = output.ecs_cluster_name == "lockstep" && output.ecs_service_name == "lockstep-inference" && output.autoscaling_group_name == "lockstep-hosts" && output.capacity_provider_name == "lockstep-hosts"
    error_message = "cluster, service, group and capacity provider"
  }

  assert {
    condition     = output.scaler_function_name == "lockstep-scaler" && output.scaler_alias_name == "live" && output.scaler_version == "7" && output.scaler_log_group == "/aws/lambda/lockstep-scaler" && output.scaler_schedule_name == "lockstep-scaler/tick"
    error_message = "the function, its alias, version, log and tick"
  }

  assert {
    condition     = output.alb_dns_name == "lockstep-alb-1.us-east-1.elb.amazonaws.com" && output.load_balancer == "app/lockstep-alb/50dc6c495c0c9188" && keys(output.target_group_arns) == ["blue"] && output.production_listener_rule_arn == aws_lb_listener_rule.production.arn && output.service_url == "https://inference.example.com"
    error_message = "the load balancer, its target groups and its rule"
  }

  assert {
    condition     = output.dashboard_url == "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/lockstep"
    error_message = "the dashboard's address"
  }

  assert {
    condition     = output.dead_letter_queue_url == aws_sqs_queue.dead_letters.id && output.alerts_topic_arn == aws_sns_topic.alerts.arn && output.operator_role_arn == aws_iam_role.operator[0].arn && output.service_log_group == "/lockstep/lockstep/inference" && output.ecr_repository_url == aws_ecr_repository.inference.repository_url && output.api_keys_secret_name == "lockstep/api-keys" && output.task_definition_arn == aws_ecs_task_definition.inference.arn && output.launch_template_id == aws_launch_template.hosts.id && output.region == "us-east-1"
    error_message = "queue, topic, role, logs, images, secret, task definition, launch template"
  }

  assert {
    condition     = output.alarm_names.trigger == { demand = "lockstep-demand", demand_fallback = "lockstep-demand-fallback", latency = "lockstep-latency", latency_fallback = "lockstep-latency-fallback" } && output.alarm_names.operations["tick_silent"] == "lockstep-tick-silent"
    error_message = "alarms by purpose"
  }
}
