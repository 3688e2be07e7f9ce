# Applied, so that a later plan meets a state: values appear during apply only.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

# One owner of each count: the scaler moves hosts and tasks, ECS moves listener weights, whoever
# deploys moves the task definition, and `terraform apply` afterwards moves none of them back.

run "starts_with_two_hosts_and_two_tasks" {
  command = apply

  assert {
    condition     = aws_autoscaling_group.hosts.desired_capacity == 2 && aws_ecs_service.inference.desired_count == 2
    error_message = "the service and the group must start at 2"
  }

  assert {
    condition     = one(one(aws_ecs_capacity_provider.hosts.auto_scaling_group_provider).managed_scaling).status == "DISABLED"
    error_message = "ECS must not scale the hosts"
  }

  assert {
    condition     = one(aws_ecs_capacity_provider.hosts.auto_scaling_group_provider).managed_termination_protection == "DISABLED"
    error_message = "ECS must not decide which hosts may end"
  }

  assert {
    condition     = one(aws_ecs_capacity_provider.hosts.auto_scaling_group_provider).managed_draining == "ENABLED"
    error_message = "ECS must drain hosts that are ending"
  }

  assert {
    condition     = length(aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy) == 0 && aws_ecs_service.inference.launch_type == "EC2" && length(aws_ecs_service.inference.capacity_provider_strategy) == 0
    error_message = "no capacity provider strategy may park unplaceable tasks in PROVISIONING"
  }

  assert {
    condition     = aws_autoscaling_group.hosts.protect_from_scale_in
    error_message = "hosts must be protected: the group would choose victims by policy, not by idleness"
  }

  assert {
    condition     = contains(aws_autoscaling_group.hosts.suspended_processes, "AZRebalance")
    error_message = "the group must not rebalance zones by itself"
  }

  assert {
    condition     = aws_ecs_service.inference.availability_zone_rebalancing == "DISABLED"
    error_message = "ECS must not move tasks between zones by itself"
  }
}

run "apply_moves_nothing_back" {
  command = plan

  variables {
    desired_tasks = 4
    image_tag     = "2.0.0"
    tags          = { team = "other" }
  }

  assert {
    condition     = aws_ecs_service.inference.desired_count == 2
    error_message = "desired_count belongs to the scaler"
  }

  assert {
    condition     = aws_autoscaling_group.hosts.desired_capacity == 2
    error_message = "desired_capacity belongs to the scaler"
  }

  assert {
    condition     = alltrue([for tag in aws_autoscaling_group.hosts.tag : tag.key != "team"])
    error_message = "the group's tags carry holds and floors of the scaler and must not be rewritten"
  }

  assert {
    condition     = strcontains(aws_ecs_task_definition.inference.container_definitions, ":2.0.0")
    error_message = "a new image_tag must register a new task definition"
  }
}

run "ecs_keeps_its_weights_and_target_groups" {
  command = apply

  variables {
    deployment_strategy = "blue_green"
    max_hosts           = 10
  }

  override_resource {
    target = aws_lb_target_group.colour["green"]
    values = {
      arn        = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-green/83e2d6bc24d8a067"
      arn_suffix = "targetgroup/lockstep-green/83e2d6bc24d8a067"
    }
  }

  # The rule exists since the first run, with blue alone: what Terraform would write now is ignored.
  assert {
    condition     = length(one(one(aws_lb_listener_rule.production.action).forward).target_group) == 1
    error_message = "the production rule's weights belong to ECS"
  }

  assert {
    condition     = length(one(aws_ecs_service.inference.load_balancer).advanced_configuration) == 0
    error_message = "the service's target groups belong to ECS once it exists"
  }
}
