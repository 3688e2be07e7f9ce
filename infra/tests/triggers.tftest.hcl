mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

# Everything that may start the scaler starts the alias, and nothing else is let in.

override_resource {
  target          = aws_cloudwatch_metric_alarm.demand
  values          = { arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:lockstep-demand" }
  override_during = plan
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.demand_fallback
  values          = { arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:lockstep-demand-fallback" }
  override_during = plan
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.latency
  values          = { arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:lockstep-latency" }
  override_during = plan
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.latency_fallback
  values          = { arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:lockstep-latency-fallback" }
  override_during = plan
}

run "alarms_reach_the_alias" {
  command = plan

  assert {
    condition     = alltrue([for alarm in local.trigger_alarms : tolist(alarm.alarm_actions) == tolist([aws_lambda_alias.live.arn])])
    error_message = "every trigger alarm must call the alias, and only it, on ALARM"
  }

  assert {
    condition     = alltrue([for alarm in local.trigger_alarms : tolist(alarm.ok_actions) == tolist([aws_lambda_alias.live.arn])])
    error_message = "every trigger alarm must call the alias, and only it, on OK"
  }

  assert {
    condition     = { for key, permission in aws_lambda_permission.alarm : key => permission.source_arn } == { for key, alarm in local.trigger_alarms : key => alarm.arn }
    error_message = "each alarm needs a permission of its own, by its ARN"
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.alarm : permission.principal == "lambda.alarms.cloudwatch.amazonaws.com" && permission.source_account == "111122223333"])
    error_message = "alarm permissions must name the alarm principal and this account"
  }

  assert {
    condition     = alltrue([for permission in concat(values(aws_lambda_permission.alarm), values(aws_lambda_permission.fleet)) : permission.qualifier == aws_lambda_alias.live.name && permission.action == "lambda:InvokeFunction"])
    error_message = "permissions must be for invoking the alias, not for the function"
  }

  assert {
    condition     = alltrue([for alarm in local.trigger_alarms : alarm.treat_missing_data == "missing"])
    error_message = "missing data is unknown: it must start nothing"
  }
}

run "own_metrics_are_watched_at_ten_seconds_and_the_load_balancer_as_fallback" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.demand.period == 10 && aws_cloudwatch_metric_alarm.demand.namespace == "Lockstep" && aws_cloudwatch_metric_alarm.demand.threshold == 80
    error_message = "demand must alarm above 8 requests a second and task, counted over 10 seconds"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.period == 10 && aws_cloudwatch_metric_alarm.latency.extended_statistic == "p95" && aws_cloudwatch_metric_alarm.latency.threshold == 215
    error_message = "latency must alarm above 250 - 35 ms at p95 over 10 seconds"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.demand_fallback.threshold == 480 && [for query in aws_cloudwatch_metric_alarm.demand_fallback.metric_query : one(query.metric).period if !query.return_data] == [60]
    error_message = "the demand fallback must alarm above 8 x 60 requests a minute and target"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency_fallback.period == 60 && aws_cloudwatch_metric_alarm.latency_fallback.threshold == 0.25 && aws_cloudwatch_metric_alarm.latency_fallback.dimensions == tomap({ LoadBalancer = "app/lockstep-alb/50dc6c495c0c9188" })
    error_message = "the latency fallback must alarm above 0.25 s at the load balancer, whichever colour is live"
  }
}

run "the_tick_comes_every_minute" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.tick.schedule_expression == "rate(1 minute)" && one(aws_scheduler_schedule.tick.flexible_time_window).mode == "OFF"
    error_message = "the tick must come every minute, on time"
  }

  assert {
    condition     = one(aws_scheduler_schedule.tick.target).arn == aws_lambda_alias.live.arn && one(aws_scheduler_schedule.tick.target).input == null
    error_message = "the tick must call the alias with Scheduler's own event"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.tick.policy).Statement == [{ Sid = "Invoke", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = aws_lambda_alias.live.arn }]
    error_message = "the tick's role may invoke the alias and nothing else"
  }
}

run "fleet_events_are_heard_of_this_fleet_only" {
  command = plan

  assert {
    condition     = keys(aws_cloudwatch_event_rule.fleet) == ["deployment-state-change", "host-launch-failure", "host-state-change", "task-placement-failure"]
    error_message = "placement failures, deployments, host state changes and launch failures must be heard"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.fleet["task-placement-failure"].event_pattern) == { source = ["aws.ecs"], "detail-type" = ["ECS Service Action"], resources = ["arn:aws:ecs:us-east-1:111122223333:service/lockstep/lockstep-inference"], detail = { eventName = ["SERVICE_TASK_PLACEMENT_FAILURE"] } }
    error_message = "placement failures of this service alone"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.fleet["deployment-state-change"].event_pattern) == { source = ["aws.ecs"], "detail-type" = ["ECS Deployment State Change"], resources = ["arn:aws:ecs:us-east-1:111122223333:service/lockstep/lockstep-inference"] }
    error_message = "deployments of this service alone"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.fleet["host-state-change"].event_pattern).detail == { clusterArn = ["arn:aws:ecs:us-east-1:111122223333:cluster/lockstep"] }
    error_message = "hosts of this cluster alone"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.fleet["host-launch-failure"].event_pattern) == { source = ["aws.autoscaling"], "detail-type" = ["EC2 Instance Launch Unsuccessful"], detail = { AutoScalingGroupName = ["lockstep-hosts"] } }
    error_message = "launch failures of this group alone"
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.fleet : target.arn == aws_lambda_alias.live.arn && one(target.dead_letter_config).arn == aws_sqs_queue.dead_letters.arn])
    error_message = "events must call the alias, and what is not delivered must be kept"
  }

  assert {
    condition     = alltrue([for key, permission in aws_lambda_permission.fleet : permission.source_arn == aws_cloudwatch_event_rule.fleet[key].arn && permission.principal == "events.amazonaws.com" && permission.source_account == "111122223333"])
    error_message = "each rule needs a permission of its own"
  }
}

run "the_function_is_what_the_jar_expects" {
  command = plan

  assert {
    condition     = aws_lambda_function.scaler.runtime == "java25" && aws_lambda_function.scaler.handler == "dev.lockstep.scaler.ScalerHandler::handleRequest"
    error_message = "runtime and handler are a contract with scaler-lambda"
  }

  assert {
    condition     = aws_lambda_function.scaler.publish && one(aws_lambda_function.scaler.snap_start).apply_on == "PublishedVersions" && aws_lambda_alias.live.function_version == aws_lambda_function.scaler.version
    error_message = "the alias must point at a published version, where SnapStart is"
  }

  assert {
    condition     = one(aws_lambda_function.scaler.environment).variables["JAVA_TOOL_OPTIONS"] == "-XX:+TieredCompilation -XX:TieredStopAtLevel=1"
    error_message = "a run a minute is quickest with the first compiler alone, and needs no archive of another JVM's build"
  }

  assert {
    condition     = aws_lambda_function.scaler.reserved_concurrent_executions == 1
    error_message = "one run at a time"
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.live.qualifier == "live" && aws_lambda_function_event_invoke_config.live.maximum_retry_attempts == 2 && one(one(aws_lambda_function_event_invoke_config.live.destination_config).on_failure).destination == aws_sqs_queue.dead_letters.arn
    error_message = "failed triggers must be retried twice and then kept"
  }

  assert {
    condition     = aws_lambda_function.scaler.timeout < 60
    error_message = "a stuck run must end before the next tick"
  }

  assert {
    condition     = one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_GPUS_PER_HOST"] == "1" && one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_DRY_RUN"] == "false"
    error_message = "derived and boolean settings must arrive as plain text"
  }
}

run "people_are_let_in_by_name" {
  command = plan

  variables {
    operator_arns = ["arn:aws:iam::111122223333:role/sre"]
  }

  assert {
    condition     = jsondecode(aws_iam_role.operator[0].assume_role_policy).Statement[0].Principal == { AWS = ["arn:aws:iam::111122223333:role/sre"] }
    error_message = "only the named roles may become operators"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.operator[0].policy).Statement : statement.Resource if contains(statement.Action, "lambda:InvokeFunction")] == [aws_lambda_alias.live.arn]
    error_message = "operators may invoke the alias and nothing else"
  }
}

run "nobody_is_let_in_by_default" {
  command = plan

  assert {
    condition     = length(aws_iam_role.operator) == 0 && output.operator_role_arn == null
    error_message = "no operators named, no operator role"
  }
}
