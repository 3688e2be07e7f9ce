mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

# Hosts, tasks, network and load balancer in each of the shapes a user may choose.

run "the_default_is_the_design_point" {
  command = plan

  assert {
    condition     = aws_launch_template.hosts.instance_type == "g5.2xlarge" && output.tasks_per_host == 1
    error_message = "a g5.2xlarge must hold one task"
  }

  assert {
    condition     = aws_autoscaling_group.hosts.min_size == 2 && aws_autoscaling_group.hosts.max_size >= 5
    error_message = "the group must reach at least 5 hosts, for 40 requests a second at 8 a task"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].resourceRequirements == [{ type = "GPU", value = "1" }]
    error_message = "a task must have its GPU pinned"
  }

  assert {
    condition     = length(aws_autoscaling_group.hosts.mixed_instances_policy) == 0 && aws_autoscaling_group.hosts.launch_template[*].version == tolist(["1"]) && length(aws_autoscaling_group.hosts.warm_pool) == 0
    error_message = "one type on demand needs neither a mixed instances policy nor a warm pool"
  }

  assert {
    condition     = aws_launch_template.hosts.image_id == "ami-0aaaaaaaaaaaaaaaa" && data.aws_ssm_parameter.gpu_ami[0].name == "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
    error_message = "the AMI must be the ECS GPU AMI that SSM recommends"
  }
}

run "gpus_of_a_host_come_from_its_type" {
  command = plan

  variables {
    instance_types  = ["g5.12xlarge"]
    gpus_per_task   = 3
    task_cpu        = 20480
    task_memory_mib = 81920
    desired_tasks   = 3
    max_tasks       = 4
    max_hosts       = 5
  }

  assert {
    condition     = one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_GPUS_PER_HOST"] == "4"
    error_message = "a g5.12xlarge has 4 GPUs"
  }

  assert {
    condition     = aws_autoscaling_group.hosts.desired_capacity == 3
    error_message = "tasks of 3 GPUs fill a host of 4: three tasks need three hosts"
  }
}

run "an_unknown_type_takes_the_gpu_count_it_is_given" {
  command = plan

  variables {
    instance_types = ["g9.8xlarge"]
    gpus_per_host  = 2
  }

  assert {
    condition     = output.tasks_per_host == 2
    error_message = "gpus_per_host must count for types nobody knows"
  }
}

run "several_types_and_spot_make_a_mixed_group" {
  command = plan

  variables {
    instance_types       = ["g5.2xlarge", "g6.2xlarge"]
    on_demand_base       = 1
    on_demand_percentage = 25
    ami_id               = "ami-0bbbbbbbbbbbbbbbb"
  }

  assert {
    condition     = one(one(aws_autoscaling_group.hosts.mixed_instances_policy).instances_distribution).on_demand_percentage_above_base_capacity == 25 && one(one(aws_autoscaling_group.hosts.mixed_instances_policy).instances_distribution).on_demand_base_capacity == 1
    error_message = "the On-Demand share must reach the group"
  }

  assert {
    condition     = one(one(aws_autoscaling_group.hosts.mixed_instances_policy).launch_template).override[*].instance_type == tolist(["g5.2xlarge", "g6.2xlarge"])
    error_message = "the types must reach the group in order of preference"
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.hosts.user_data), "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true")
    error_message = "a host must drain when Spot takes it back"
  }

  assert {
    condition     = aws_launch_template.hosts.image_id == "ami-0bbbbbbbbbbbbbbbb" && length(data.aws_ssm_parameter.gpu_ami) == 0
    error_message = "a pinned AMI must be used as it is"
  }
}

run "a_warm_pool_holds_stopped_hosts_with_the_image" {
  command = plan

  variables {
    warm_pool = { min_size = 2 }
  }

  assert {
    condition     = one(aws_autoscaling_group.hosts.warm_pool).pool_state == "Stopped" && one(aws_autoscaling_group.hosts.warm_pool).min_size == 2
    error_message = "the pool must hold stopped hosts"
  }

  assert {
    condition     = !one(one(aws_autoscaling_group.hosts.warm_pool).instance_reuse_policy).reuse_on_scale_in
    error_message = "ECS does not support hosts that return to the pool"
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.hosts.user_data), "ECS_WARM_POOLS_CHECK=true")
    error_message = "the agent must wait until the host leaves the pool"
  }

  assert {
    condition     = length(aws_autoscaling_lifecycle_hook.prepare) == 1 && aws_autoscaling_lifecycle_hook.prepare[0].lifecycle_transition == "autoscaling:EC2_INSTANCE_LAUNCHING" && aws_autoscaling_lifecycle_hook.prepare[0].default_result == "CONTINUE" && strcontains(base64decode(aws_launch_template.hosts.user_data), "--lifecycle-hook-name ${aws_autoscaling_lifecycle_hook.prepare[0].name}")
    error_message = "a host must not stop before the image is on its disk, nor be lost if it never gets there"
  }
}

run "without_a_warm_pool_nothing_waits" {
  command = plan

  assert {
    condition     = length(aws_autoscaling_lifecycle_hook.prepare) == 0 && !strcontains(base64decode(aws_launch_template.hosts.user_data), "WARM_POOLS")
    error_message = "a host without a pool must register at once"
  }
}

run "rolling_is_the_simple_choice" {
  command = plan

  assert {
    condition     = one(aws_ecs_service.inference.deployment_configuration).strategy == "ROLLING" && one(aws_ecs_service.inference.deployment_circuit_breaker).enable && one(aws_ecs_service.inference.deployment_circuit_breaker).rollback
    error_message = "a rolling deployment that fails must roll back by itself"
  }

  assert {
    condition     = aws_ecs_service.inference.deployment_minimum_healthy_percent == 100 && aws_ecs_service.inference.deployment_maximum_percent == 150
    error_message = "a rolling deployment must keep every task until its successor serves"
  }

  assert {
    condition     = keys(aws_lb_target_group.colour) == ["blue"] && length(aws_lb_listener_rule.test) == 0 && length(aws_iam_role.blue_green) == 0
    error_message = "rolling needs one target group, no test rule and no role"
  }
}

run "blue_green_has_two_colours_and_two_rules" {
  command = plan

  variables {
    deployment_strategy = "blue_green"
    max_hosts           = 10
  }

  override_resource {
    target          = aws_lb_target_group.colour["green"]
    values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-green/83e2d6bc24d8a067", arn_suffix = "targetgroup/lockstep-green/83e2d6bc24d8a067" }
    override_during = plan
  }

  override_resource {
    target          = aws_lb_listener_rule.test
    values          = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/lockstep-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/0000000000000001" }
    override_during = plan
  }

  assert {
    condition     = one(aws_ecs_service.inference.deployment_configuration).strategy == "BLUE_GREEN" && tonumber(one(aws_ecs_service.inference.deployment_configuration).bake_time_in_minutes) == 10
    error_message = "the ECS-native strategy with its bake time"
  }

  assert {
    condition = one(one(aws_ecs_service.inference.load_balancer).advanced_configuration) == {
      alternate_target_group_arn = aws_lb_target_group.colour["green"].arn
      production_listener_rule   = aws_lb_listener_rule.production.arn
      test_listener_rule         = aws_lb_listener_rule.test[0].arn
      role_arn                   = aws_iam_role.blue_green[0].arn
    }
    error_message = "ECS must know the other target group, both rules and the role to move them"
  }

  assert {
    condition     = { for group in one(one(aws_lb_listener_rule.production.action).forward).target_group : group.arn => group.weight } == { (aws_lb_target_group.colour["blue"].arn) = 100, (aws_lb_target_group.colour["green"].arn) = 0 }
    error_message = "production begins on blue"
  }

  assert {
    condition     = aws_lb_listener_rule.test[0].priority < aws_lb_listener_rule.production.priority && one(one(aws_lb_listener_rule.test[0].condition).http_header).http_header_name == "X-Lockstep-Test"
    error_message = "requests with the test header must reach the other colour first"
  }

  assert {
    condition     = aws_iam_role_policy_attachment.blue_green[0].policy_arn == "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    error_message = "ECS needs the load balancer policy to shift traffic"
  }

  assert {
    condition     = length(aws_ecs_service.inference.deployment_circuit_breaker) == 0
    error_message = "ECS refuses the circuit breaker with blue/green"
  }

  assert {
    condition     = one(aws_lb_listener.https.default_action).type == "forward"
    error_message = "ECS refuses blue/green on listeners that mix forward with other actions"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.demand_fallback.metric_query != null && one([for query in aws_cloudwatch_metric_alarm.demand_fallback.metric_query : query.expression if query.return_data]) == "MAX([blue, green])"
    error_message = "the fallback must see whichever colour is live"
  }

  assert {
    condition     = one(aws_lambda_function.scaler.environment).variables["LOCKSTEP_TARGET_GROUP"] == "${aws_lb_target_group.colour["blue"].arn_suffix},${aws_lb_target_group.colour["green"].arn_suffix}"
    error_message = "the scaler must see the requests of whichever colour is live"
  }
}

run "a_deployment_rolls_back_on_errors_in_either_strategy" {
  command = plan

  assert {
    condition     = one(aws_ecs_service.inference.alarms).alarm_names == toset(["lockstep-target-errors"]) && one(aws_ecs_service.inference.alarms).enable && one(aws_ecs_service.inference.alarms).rollback
    error_message = "5xx of tasks must roll a deployment back"
  }
}

run "requests_find_the_least_busy_task_and_leave_it_in_peace" {
  command = plan

  assert {
    condition     = aws_lb_target_group.colour["blue"].load_balancing_algorithm_type == "least_outstanding_requests" && aws_lb_target_group.colour["blue"].target_type == "ip"
    error_message = "the latency budget holds with least outstanding requests only"
  }

  assert {
    condition     = one(aws_lb_target_group.colour["blue"].health_check).path == "/healthz" && aws_lb_target_group.colour["blue"].port == 8080
    error_message = "health is asked at /healthz on 8080"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].stopTimeout < tonumber(aws_lb_target_group.colour["blue"].deregistration_delay)
    error_message = "a task must be gone before the load balancer forgets it"
  }

  assert {
    condition     = aws_ecs_service.inference.health_check_grace_period_seconds == 300
    error_message = "a task must have time to load its model"
  }
}

run "the_model_and_the_keys_reach_the_container" {
  command = plan

  variables {
    model_path  = "/models/bge-small"
    environment = { LOCKSTEP_WORKERS = "2" }
  }

  assert {
    condition     = { for entry in jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].environment : entry.name => entry.value } == { DJL_CACHE_DIR = "/tmp/djl", LOCKSTEP_MODEL = "/models/bge-small", LOCKSTEP_PROVIDER = "cuda", LOCKSTEP_SERVICE = "lockstep-inference", LOCKSTEP_WORKERS = "2" }
    error_message = "model, provider and tuning must reach the container"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].secrets == [{ name = "LOCKSTEP_API_KEYS", valueFrom = aws_secretsmanager_secret.api_keys.arn }]
    error_message = "API keys must come from the secret"
  }

  assert {
    condition     = aws_ecs_task_definition.inference.skip_destroy
    error_message = "older revisions must stay: they are the way back"
  }
}

run "long_work_protects_its_task_when_asked_for" {
  command = plan

  variables {
    protect_after_seconds = 50
  }

  assert {
    condition     = { for entry in jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].environment : entry.name => entry.value }["LOCKSTEP_PROTECT_AFTER"] == "50s"
    error_message = "the service must know which work is long"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.task_protection[0].policy).Statement : [statement.Action, statement.Resource]] == [[["ecs:UpdateTaskProtection"], "arn:aws:ecs:us-east-1:111122223333:task/lockstep/*"]]
    error_message = "a task may protect tasks of this cluster and nothing more"
  }
}

run "nothing_is_protected_by_itself" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.task_protection) == 0 && !contains([for entry in jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].environment : entry.name], "LOCKSTEP_PROTECT_AFTER")
    error_message = "scale-in protection is asked for, not given"
  }
}

run "a_new_vpc_spans_two_zones_with_one_nat_gateway" {
  command = plan

  assert {
    condition     = length(aws_subnet.public) == 2 && length(aws_subnet.private) == 2 && length(aws_nat_gateway.this) == 1 && length(aws_route.private_nat) == 2
    error_message = "two zones, each with a way out through the one gateway"
  }

  assert {
    condition     = length(distinct(concat(values(aws_subnet.public)[*].cidr_block, values(aws_subnet.private)[*].cidr_block))) == 4
    error_message = "subnets must not overlap"
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3) == 1 && length(aws_vpc_endpoint.interface) == 0
    error_message = "image layers must come through the free S3 endpoint"
  }
}

run "a_gateway_a_zone_survives_a_zone" {
  command = plan

  variables {
    private_egress          = "nat_per_zone"
    availability_zone_count = 3
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_subnet.private) == 3
    error_message = "each of three zones needs its own gateway"
  }
}

run "endpoints_leave_no_way_to_the_internet" {
  command = plan

  variables {
    private_egress = "endpoints"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.private_nat) == 0
    error_message = "private subnets must have no route out"
  }

  assert {
    condition     = length(setsubtract(["ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages"], keys(aws_vpc_endpoint.interface))) == 0
    error_message = "agent, images, logs, metrics, the secret and Session Manager need an endpoint each"
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.endpoints) == ["hosts", "tasks"] && alltrue([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.cidr_ipv4 == null])
    error_message = "endpoints listen to hosts and tasks alone"
  }
}

run "an_existing_vpc_is_used_as_it_is" {
  command = plan

  variables {
    existing_network = {
      vpc_id             = "vpc-0bbbbbbbbbbbbbbbb"
      public_subnet_ids  = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]
      private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4"]
    }
    private_egress = "endpoints"
  }

  assert {
    condition     = length(aws_vpc.this) + length(aws_subnet.public) + length(aws_subnet.private) + length(aws_nat_gateway.this) + length(aws_vpc_endpoint.s3) + length(aws_vpc_endpoint.interface) == 0
    error_message = "nothing may be added to your VPC but security groups"
  }

  assert {
    condition     = aws_lb.this.subnets == toset(["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]) && aws_autoscaling_group.hosts.vpc_zone_identifier == toset(["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4"]) && aws_lb_target_group.colour["blue"].vpc_id == "vpc-0bbbbbbbbbbbbbbbb"
    error_message = "the load balancer belongs in the public subnets, hosts in the private ones"
  }
}
