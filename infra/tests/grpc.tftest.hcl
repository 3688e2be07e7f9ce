mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

override_resource {
  target          = aws_lb_target_group.colour["green"]
  values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-green/83e2d6bc24d8a067", arn_suffix = "targetgroup/lockstep-green/83e2d6bc24d8a067" }
  override_during = plan
}

override_resource {
  target          = aws_lb_target_group.grpc["blue"]
  values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-blue-grpc/93e2d6bc24d8a067", arn_suffix = "targetgroup/lockstep-blue-grpc/93e2d6bc24d8a067" }
  override_during = plan
}

override_resource {
  target          = aws_lb_target_group.grpc["green"]
  values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-green-grpc/a3e2d6bc24d8a067", arn_suffix = "targetgroup/lockstep-green-grpc/a3e2d6bc24d8a067" }
  override_during = plan
}

override_resource {
  target          = aws_lb_listener_rule.grpc
  values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/lockstep-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/0000000000000002" }
  override_during = plan
}

override_resource {
  target          = aws_lb_listener_rule.grpc_test
  values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/lockstep-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/0000000000000003" }
  override_during = plan
}

# The same tasks by a second protocol: on the same name and port, through target groups of its own.

run "grpc_is_off_until_asked_for" {
  command = plan

  assert {
    condition     = length(aws_lb_target_group.grpc) + length(aws_lb_listener_rule.grpc) + length(aws_lb_listener_rule.grpc_test) + length(aws_vpc_security_group_ingress_rule.load_balancer_to_tasks_grpc) + length(aws_vpc_security_group_egress_rule.load_balancer_to_tasks_grpc) == 0
    error_message = "without grpc nothing of it may exist"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].portMappings == [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }] && !contains([for entry in jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].environment : entry.name], "LOCKSTEP_GRPC_PORT")
    error_message = "without grpc the container must listen for HTTP alone"
  }

  assert {
    condition     = [for entry in aws_ecs_service.inference.load_balancer : entry.container_port] == [8080]
    error_message = "without grpc tasks must be in one target group"
  }
}

run "grpc_reaches_the_same_tasks" {
  command = plan

  variables {
    grpc = true
  }

  assert {
    condition     = keys(aws_lb_target_group.grpc) == ["blue"] && aws_lb_target_group.grpc["blue"].protocol_version == "GRPC" && aws_lb_target_group.grpc["blue"].protocol == "HTTP" && aws_lb_target_group.grpc["blue"].target_type == "ip" && aws_lb_target_group.grpc["blue"].port == 9000
    error_message = "a target group must speak gRPC in clear to a port of its own"
  }

  assert {
    condition     = one(aws_lb_target_group.grpc["blue"].health_check).path == "/lockstep.Readiness/Check"
    error_message = "the load balancer reads no message: it must ask a method whose status says whether a task is ready"
  }

  assert {
    condition     = one(aws_lb_target_group.grpc["blue"].health_check).matcher == "0,8"
    error_message = "ready and full are healthy, and nothing else"
  }

  assert {
    condition     = aws_lb_target_group.grpc["blue"].load_balancing_algorithm_type == "least_outstanding_requests" && aws_lb_target_group.grpc["blue"].deregistration_delay == aws_lb_target_group.colour["blue"].deregistration_delay
    error_message = "calls must find the least busy task and be left as long as requests are"
  }

  assert {
    condition     = aws_lb_listener_rule.grpc[0].listener_arn == aws_lb_listener.https.arn && aws_lb_listener_rule.grpc[0].priority < aws_lb_listener_rule.production.priority
    error_message = "calls must come in by HTTPS and be told from requests before the rule that matches everything"
  }

  assert {
    condition     = [for group in one(one(aws_lb_listener_rule.grpc[0].action).forward).target_group : group.arn] == [aws_lb_target_group.grpc["blue"].arn] && length(aws_lb_listener_rule.grpc_test) == 0
    error_message = "rolling deployments have one group for calls and no rule for tests"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].portMappings[*].containerPort == [8080, 9000] && { for entry in jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].environment : entry.name => entry.value }["LOCKSTEP_GRPC_PORT"] == "9000"
    error_message = "the server must listen where the load balancer calls"
  }

  assert {
    condition     = { for entry in aws_ecs_service.inference.load_balancer : entry.container_port => entry.target_group_arn } == { 8080 = aws_lb_target_group.colour["blue"].arn, 9000 = aws_lb_target_group.grpc["blue"].arn }
    error_message = "ECS must register each task in both target groups"
  }
}

run "grpc_is_open_to_the_load_balancer_alone" {
  command = plan

  variables {
    grpc = true
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer_to_tasks_grpc[0].cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.load_balancer_to_tasks_grpc[0].referenced_security_group_id == aws_security_group.load_balancer.id && aws_vpc_security_group_ingress_rule.load_balancer_to_tasks_grpc[0].from_port == 9000 && aws_vpc_security_group_ingress_rule.load_balancer_to_tasks_grpc[0].to_port == 9000
    error_message = "tasks listen for calls to the load balancer alone"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.load_balancer_to_tasks_grpc[0].cidr_ipv4 == null && aws_vpc_security_group_egress_rule.load_balancer_to_tasks_grpc[0].from_port == 9000 && aws_vpc_security_group_egress_rule.load_balancer_to_tasks_grpc[0].to_port == 9000
    error_message = "the load balancer must reach the port, of tasks alone"
  }

  assert {
    condition     = one(one(aws_lb_listener_rule.grpc[0].condition).path_pattern).values == toset(["/inference.GRPCInferenceService/*"])
    error_message = "clients may call the service that asks for keys: health checks, which need none, are not theirs"
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.clients : rule.from_port]) == toset([443, 80])
    error_message = "calls must come in through the port that is open already"
  }
}

run "blue_green_shifts_calls_with_requests" {
  command = plan

  variables {
    grpc                = true
    deployment_strategy = "blue_green"
    max_hosts           = 10
  }

  assert {
    condition = { for entry in aws_ecs_service.inference.load_balancer : entry.container_port => one(entry.advanced_configuration) }[9000] == {
      alternate_target_group_arn = aws_lb_target_group.grpc["green"].arn
      production_listener_rule   = aws_lb_listener_rule.grpc[0].arn
      test_listener_rule         = aws_lb_listener_rule.grpc_test[0].arn
      role_arn                   = aws_iam_role.blue_green[0].arn
    }
    error_message = "ECS must know both groups for calls, both of their rules and the role to move them"
  }

  assert {
    condition     = { for group in one(one(aws_lb_listener_rule.grpc[0].action).forward).target_group : group.arn => group.weight } == { (aws_lb_target_group.grpc["blue"].arn) = 100, (aws_lb_target_group.grpc["green"].arn) = 0 }
    error_message = "calls begin on blue"
  }

  assert {
    condition     = { for group in one(one(aws_lb_listener_rule.grpc_test[0].action).forward).target_group : group.arn => group.weight } == { (aws_lb_target_group.grpc["blue"].arn) = 0, (aws_lb_target_group.grpc["green"].arn) = 100 }
    error_message = "calls of tests begin on green"
  }

  assert {
    condition     = aws_lb_listener_rule.grpc_test[0].priority < aws_lb_listener_rule.test[0].priority
    error_message = "the test rule matches calls too: theirs must come before it"
  }

  assert {
    condition     = length(aws_lb_listener_rule.grpc_test[0].condition) == 2 && one(flatten([for condition in aws_lb_listener_rule.grpc_test[0].condition : condition.http_header[*].http_header_name])) == "X-Lockstep-Test"
    error_message = "calls are tests by the header that requests are tests by, and need it"
  }

  assert {
    condition     = one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_TARGET_GROUP"] == "${aws_lb_target_group.colour["blue"].arn_suffix}+${aws_lb_target_group.grpc["blue"].arn_suffix},${aws_lb_target_group.colour["green"].arn_suffix}+${aws_lb_target_group.grpc["green"].arn_suffix}"
    error_message = "the scaler must know which groups have the same tasks"
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.demand_fallback.metric_query : query.expression if query.return_data]) == "MAX([blue, blue_both, blue_grpc, green, green_both, green_grpc])" && [for query in aws_cloudwatch_metric_alarm.demand_fallback.metric_query : query.expression if endswith(query.id, "_both")] == ["blue + blue_grpc", "green + green_grpc"]
    error_message = "the fallback must see a task's requests and calls together, whichever colour is live"
  }
}

run "calls_are_seen" {
  command = plan

  variables {
    grpc = true
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.unhealthy_targets : name => alarm.dimensions["TargetGroup"] } == { blue = aws_lb_target_group.colour["blue"].arn_suffix, "blue-grpc" = aws_lb_target_group.grpc["blue"].arn_suffix }
    error_message = "tasks that fail by one protocol alone must alarm"
  }

  assert {
    condition     = contains(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : metric[5] if try(metric[1] == "RequestCount" && metric[4] == "TargetGroup", false)]]), aws_lb_target_group.grpc["blue"].arn_suffix)
    error_message = "the dashboard must tell how much of demand comes by gRPC"
  }

  assert {
    condition     = output.target_group_arns == { blue = aws_lb_target_group.colour["blue"].arn, "blue-grpc" = aws_lb_target_group.grpc["blue"].arn }
    error_message = "runbooks must find both target groups of a colour by name"
  }
}
