mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
  operator_arns   = ["arn:aws:iam::111122223333:role/sre"]
}

# The rendered IAM documents, and what is open, encrypted and protected.

run "iam_names_its_resources" {
  command = plan

  variables {
    deployment_strategy = "blue_green"
    max_hosts           = 10
  }

  # Every action with "*" as its resource, of every role: AWS has no resource level for these.
  assert {
    condition = toset(flatten([
      for policy in [
        aws_iam_role_policy.scaler.policy, aws_iam_role_policy.tick.policy, aws_iam_role_policy.operator[0].policy,
        aws_iam_role_policy.execution.policy, aws_iam_role_policy.task.policy, aws_iam_role_policy.host.policy,
      ] : [for statement in jsondecode(policy).Statement : statement.Action if contains(flatten([statement.Resource]), "*")]
      ])) == toset([
      "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities",
      "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "ecr:GetAuthorizationToken", "ecs:DiscoverPollEndpoint",
    ])
    error_message = "a statement has * as its resource where AWS supports the resource level"
  }

  assert {
    condition = alltrue(flatten([
      for policy in [
        aws_iam_role_policy.scaler.policy, aws_iam_role_policy.tick.policy, aws_iam_role_policy.operator[0].policy,
        aws_iam_role_policy.execution.policy, aws_iam_role_policy.task.policy, aws_iam_role_policy.host.policy,
      ] : [for statement in jsondecode(policy).Statement : [for action in statement.Action : !strcontains(action, "*")]]
    ]))
    error_message = "actions are named one by one, without wildcards"
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.scaler.policy).Statement : statement.Sid => statement.Resource if statement.Resource != "*" } == {
      Service            = "arn:aws:ecs:us-east-1:111122223333:service/lockstep/lockstep-inference"
      ListHosts          = "arn:aws:ecs:us-east-1:111122223333:cluster/lockstep"
      Hosts              = "arn:aws:ecs:us-east-1:111122223333:container-instance/lockstep/*"
      Tasks              = "arn:aws:ecs:us-east-1:111122223333:task/lockstep/*"
      SizeGroup          = "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1dcdbf75-bf3f-4a1c-9d2f-2b1d2b9a2f3e:autoScalingGroupName/lockstep-hosts"
      RememberDirectives = "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1dcdbf75-bf3f-4a1c-9d2f-2b1d2b9a2f3e:autoScalingGroupName/lockstep-hosts"
      ReadAlarms         = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:*"
      WriteLog           = "arn:aws:logs:us-east-1:111122223333:log-group:/some/group:*"
      DeadLetters        = "arn:aws:sqs:us-east-1:111122223333:lockstep-scaler-dead-letters"
    }
    error_message = "the scaler's role must name this cluster, service and group alone"
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(aws_iam_role_policy.scaler.policy).Statement : statement.Action])) == toset([
      "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags", "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities", "autoscaling:SetDesiredCapacity",
      "autoscaling:TerminateInstanceInAutoScalingGroup", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData",
      "ecs:DescribeContainerInstances", "ecs:DescribeServices", "ecs:DescribeTasks",
      "ecs:ListContainerInstances", "ecs:ListTasks", "ecs:UpdateContainerInstancesState", "ecs:UpdateService",
      "logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage",
    ])
    error_message = "the scaler may do what it needs and nothing more: above all not move the group's bounds"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.scaler.policy).Statement : statement.Condition["ForAllValues:StringLike"]["aws:TagKeys"] if statement.Sid == "RememberDirectives"] == [["lockstep:*"]]
    error_message = "the scaler may write its own tags only"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.task.policy).Statement[0].Condition == { StringEquals = { "cloudwatch:namespace" = "Lockstep" } }
    error_message = "tasks may publish to their own namespace only"
  }

  assert {
    condition = alltrue([
      for trust in [aws_iam_role.tick.assume_role_policy, aws_iam_role.execution.assume_role_policy, aws_iam_role.task.assume_role_policy, aws_iam_role.blue_green[0].assume_role_policy] :
      jsondecode(trust).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    ])
    error_message = "services assume roles on behalf of this account only"
  }

  assert {
    condition     = aws_iam_role_policy_attachment.host.policy_arn == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    error_message = "people come in through Session Manager"
  }
}

run "the_world_reaches_the_load_balancer_and_nothing_else" {
  command = plan

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.clients : "${rule.cidr_ipv4}:${rule.from_port}-${rule.to_port}"]) == toset(["0.0.0.0/0:443-443", "0.0.0.0/0:80-80"])
    error_message = "the world may reach 443 and 80 alone"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer_to_tasks.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.load_balancer_to_tasks.from_port == 8080 && aws_vpc_security_group_ingress_rule.load_balancer_to_tasks.to_port == 8080
    error_message = "tasks listen to the load balancer alone"
  }

  assert {
    condition     = length(aws_default_security_group.closed) == 1 && length(coalesce(aws_default_security_group.closed[0].ingress, [])) == 0
    error_message = "the VPC's default security group must be empty"
  }

  assert {
    condition     = one(aws_launch_template.hosts.network_interfaces).associate_public_ip_address == "false" && !one(aws_ecs_service.inference.network_configuration).assign_public_ip
    error_message = "hosts and tasks must have no public address"
  }
}

run "everything_is_encrypted" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    error_message = "TLS 1.2 and 1.3 only"
  }

  assert {
    condition     = one(aws_lb_listener.http.default_action).type == "redirect" && one(one(aws_lb_listener.http.default_action).redirect).status_code == "HTTP_301" && one(one(aws_lb_listener.http.default_action).redirect).protocol == "HTTPS"
    error_message = "HTTP must redirect to HTTPS"
  }

  assert {
    condition     = one(one(aws_launch_template.hosts.block_device_mappings).ebs).encrypted == "true" && one(one(aws_launch_template.hosts.block_device_mappings).ebs).kms_key_id == aws_kms_key.this.arn
    error_message = "root volumes must be encrypted under the installation's key"
  }

  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.inference, aws_cloudwatch_log_group.scaler] : group.kms_key_id == aws_kms_key.this.arn && group.retention_in_days == 30])
    error_message = "logs must be encrypted and expire"
  }

  assert {
    condition     = aws_secretsmanager_secret.api_keys.kms_key_id == aws_kms_key.this.arn && one(aws_ecr_repository.inference.encryption_configuration).kms_key == aws_kms_key.this.arn && aws_sns_topic.alerts.kms_master_key_id == aws_kms_key.this.arn
    error_message = "secret, images and alerts must be encrypted under the installation's key"
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.sqs_managed_sse_enabled && one(one(aws_s3_bucket_server_side_encryption_configuration.access_logs.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "queue and access logs must be encrypted"
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "the key must rotate"
  }

  assert {
    condition     = alltrue([for policy in [aws_s3_bucket_policy.access_logs.policy, aws_sqs_queue_policy.dead_letters.policy] : length([for statement in jsondecode(policy).Statement : 1 if statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"]) == 1])
    error_message = "bucket and queue must refuse requests without TLS"
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_kms_key.this.policy).Statement : can(statement.Condition) || statement.Principal == { AWS = "arn:aws:iam::111122223333:root" }])
    error_message = "every other user of the key must be bound by a condition"
  }
}

run "hosts_and_traffic_are_hardened" {
  command = plan

  assert {
    condition     = one(aws_launch_template.hosts.metadata_options).http_tokens == "required" && one(aws_launch_template.hosts.metadata_options).http_put_response_hop_limit == 1
    error_message = "IMDSv2 with a hop limit of 1"
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.hosts.user_data), "ECS_AWSVPC_BLOCK_IMDS=true")
    error_message = "tasks must not reach the host's metadata"
  }

  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "defensive"
    error_message = "malformed requests must be dropped"
  }

  assert {
    condition     = one(aws_lb.this.access_logs).enabled && aws_s3_bucket_public_access_block.access_logs.restrict_public_buckets && aws_s3_bucket_public_access_block.access_logs.block_public_policy && aws_s3_bucket_public_access_block.access_logs.block_public_acls && aws_s3_bucket_public_access_block.access_logs.ignore_public_acls
    error_message = "access logs must be kept, and kept private"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].readonlyRootFilesystem && !jsondecode(aws_ecs_task_definition.inference.container_definitions)[0].privileged
    error_message = "the container must not be privileged nor write to its root"
  }

  assert {
    condition     = one(aws_ecr_repository.inference.image_scanning_configuration).scan_on_push && aws_ecr_repository.inference.image_tag_mutability == "IMMUTABLE"
    error_message = "images must be scanned and their tags immutable"
  }
}

run "deletion_is_refused" {
  command = plan

  assert {
    condition     = aws_lb.this.enable_deletion_protection && !aws_s3_bucket.access_logs.force_destroy && !aws_ecr_repository.inference.force_delete && aws_secretsmanager_secret.api_keys.recovery_window_in_days == 30 && !aws_autoscaling_group.hosts.force_delete && !aws_autoscaling_group.hosts.force_delete_warm_pool && !aws_ecs_service.inference.force_delete
    error_message = "deletion protection must be on by default"
  }
}

run "deletion_is_allowed_when_asked_for" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_lb.this.enable_deletion_protection && aws_s3_bucket.access_logs.force_destroy && aws_ecr_repository.inference.force_delete && aws_secretsmanager_secret.api_keys.recovery_window_in_days == 0 && aws_autoscaling_group.hosts.force_delete && aws_autoscaling_group.hosts.force_delete_warm_pool && aws_ecs_service.inference.force_delete
    error_message = "one variable must lift everything that blocks destroy"
  }
}
