mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
  domain_name     = "inference.example.com"
  scaler_jar      = "tests/fixtures/scaler.jar"
}

# Every validation refuses the value it is there for. Each run holds values that are bad for one
# variable each, so that a validation that lets its value through fails the run. Terraform does not ask
# a validation that refers to a variable already refused; such ones have runs of their own.

run "refuses_malformed_values" {
  command = plan

  variables {
    name                         = "Lockstep_1"
    region                       = "Virginia"
    tags                         = { "aws:owner" = "me" }
    log_retention_days           = 31
    vpc_cidr                     = "10.0.0.0/8"
    availability_zone_count      = 1
    private_egress               = "internet"
    allowed_cidrs                = ["everyone"]
    domain_name                  = "https://inference.example.com"
    tls_policy                   = "ELBSecurityPolicy-2016-08"
    access_log_retention_days    = 0
    instance_types               = ["a large one"]
    ami_id                       = "latest"
    root_volume_gib              = 30
    on_demand_percentage         = 101
    image_tag                    = "latest"
    model_path                   = "models/mine"
    execution_provider           = "gpu"
    environment                  = { "lower-case" = "x" }
    health_check_grace_seconds   = -1
    deregistration_delay_seconds = 5000
    protect_after_seconds        = 0.5
    deployment_strategy          = "canary"
    rolling_maximum_percent      = 100
    bake_time_minutes            = 1441
    container_insights           = "yes"
    scaler_jar                   = "scaler.exe"
    rps_per_task                 = 0
    p95_budget_ms                = 35
    spare                        = "a few"
    task_release                 = "later"
    operator_arns                = ["*"]
    alert_emails                 = ["oncall"]
    host_hourly_price_usd        = 0
    monthly_budget_usd           = 0
    deletion_protection          = null
    forecast                     = null
    schedule                     = "weekdays"
    dry_run                      = null
    grpc                         = null
  }

  expect_failures = [
    var.name, var.region, var.tags, var.log_retention_days, var.vpc_cidr, var.availability_zone_count, var.private_egress,
    var.allowed_cidrs, var.domain_name, var.tls_policy, var.access_log_retention_days,
    var.instance_types, var.ami_id, var.root_volume_gib, var.on_demand_percentage, var.image_tag,
    var.model_path, var.execution_provider, var.environment,
    var.health_check_grace_seconds, var.deregistration_delay_seconds, var.protect_after_seconds, var.deployment_strategy,
    var.rolling_maximum_percent, var.bake_time_minutes, var.container_insights, var.scaler_jar, var.rps_per_task,
    var.p95_budget_ms, var.spare, var.task_release, var.operator_arns, var.alert_emails,
    var.host_hourly_price_usd, var.monthly_budget_usd, var.deletion_protection, var.forecast, var.schedule, var.dry_run, var.grpc,
  ]
}

run "refuses_malformed_values_that_are_judged_with_others" {
  command = plan

  variables {
    certificate_arn = "my-certificate"
    task_cpu        = 128
    task_memory_mib = 512
  }

  expect_failures = [var.certificate_arn, var.task_cpu, var.task_memory_mib]
}

run "refuses_hosts_without_a_gpu" {
  command = plan

  variables {
    gpus_per_host = 0
  }

  expect_failures = [var.gpus_per_host]
}

run "refuses_a_certificate_of_another_region" {
  command = plan

  variables {
    region = "eu-west-1"
  }

  expect_failures = [var.certificate_arn]
}

run "refuses_values_it_sets_itself" {
  command = plan

  variables {
    tags        = { project = "mine" }
    environment = { LOCKSTEP_API_KEYS = "secret", LOCKSTEP_GRPC_PORT = "9000" }
  }

  expect_failures = [var.tags, var.environment]
}

run "refuses_an_existing_network_that_is_no_vpc" {
  command = plan

  variables {
    existing_network = {
      vpc_id             = "my-vpc"
      public_subnet_ids  = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]
      private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4"]
    }
  }

  expect_failures = [var.existing_network]
}

run "refuses_an_existing_network_in_one_zone" {
  command = plan

  variables {
    existing_network = {
      vpc_id             = "vpc-0aaaaaaaaaaaaaaaa"
      public_subnet_ids  = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]
      private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa3"]
    }
  }

  expect_failures = [var.existing_network]
}

run "refuses_a_subnet_that_is_public_and_private" {
  command = plan

  variables {
    existing_network = {
      vpc_id             = "vpc-0aaaaaaaaaaaaaaaa"
      public_subnet_ids  = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"]
      private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaa2", "subnet-0aaaaaaaaaaaaaaa3"]
    }
  }

  expect_failures = [var.existing_network]
}

run "refuses_types_with_different_gpu_counts" {
  command = plan

  variables {
    instance_types = ["g5.2xlarge", "g5.12xlarge"]
  }

  expect_failures = [var.instance_types]
}

run "refuses_a_gpu_count_that_contradicts_the_type" {
  command = plan

  variables {
    gpus_per_host = 4
  }

  expect_failures = [var.gpus_per_host]
}

run "refuses_an_unknown_type_without_its_gpu_count" {
  command = plan

  variables {
    instance_types = ["g9.2xlarge"]
  }

  expect_failures = [var.gpus_per_host]
}

run "refuses_more_gpus_than_a_host_has" {
  command = plan

  variables {
    gpus_per_task = 2
  }

  expect_failures = [var.gpus_per_task]
}

run "refuses_tasks_larger_than_a_host" {
  command = plan

  variables {
    task_cpu        = 8193
    task_memory_mib = 30147
  }

  expect_failures = [var.task_cpu, var.task_memory_mib]
}

run "refuses_half_a_gpu" {
  command = plan

  variables {
    gpus_per_task = 0.5
  }

  expect_failures = [var.gpus_per_task]
}

run "refuses_more_tasks_than_the_group_can_hold" {
  command = plan

  variables {
    instance_types = ["g5.12xlarge"]
    gpus_per_task  = 3 # one task a host, not 4/3
    max_tasks      = 9
  }

  expect_failures = [var.max_hosts]
}

run "refuses_blue_green_without_room_for_both_colours" {
  command = plan

  variables {
    deployment_strategy = "blue_green"
    max_hosts           = 9
  }

  expect_failures = [var.max_hosts]
}

run "refuses_a_group_beyond_any_size" {
  command = plan

  variables {
    max_hosts = 1001
  }

  expect_failures = [var.max_hosts]
}

run "refuses_a_negative_minimum_of_hosts" {
  command = plan

  variables {
    min_hosts = -1
  }

  expect_failures = [var.min_hosts]
}

run "refuses_a_minimum_of_hosts_above_the_maximum" {
  command = plan

  variables {
    min_hosts = 9
  }

  expect_failures = [var.min_hosts]
}

run "refuses_bounds_that_contradict_each_other" {
  command = plan

  variables {
    desired_tasks  = 6
    max_step_hosts = 9
    on_demand_base = 9
    spare          = "5 tasks"
    lead_seconds   = 3601
    warm_pool      = { min_size = 9 }
  }

  expect_failures = [
    var.desired_tasks, var.max_step_hosts, var.on_demand_base, var.spare, var.lead_seconds, var.warm_pool,
  ]
}

run "refuses_an_alert_sooner_than_a_host_can_come" {
  command = plan

  variables {
    shortage_minutes = 5
  }

  expect_failures = [var.shortage_minutes]
}

run "refuses_a_minimum_above_the_maximum" {
  command = plan

  variables {
    min_tasks     = 6
    desired_tasks = 6
  }

  expect_failures = [var.max_tasks]
}

run "refuses_a_negative_minimum" {
  command = plan

  variables {
    min_tasks = -1
  }

  expect_failures = [var.min_tasks]
}

run "refuses_a_warm_pool_that_waits_for_ever" {
  command = plan

  variables {
    warm_pool = { min_size = 1, prepare_time_seconds = 7201 }
  }

  expect_failures = [var.warm_pool]
}

run "refuses_a_warm_pool_of_several_types" {
  command = plan

  variables {
    instance_types = ["g5.2xlarge", "g6.2xlarge"]
    warm_pool      = { min_size = 1 }
  }

  expect_failures = [var.warm_pool]
}

run "refuses_a_stop_longer_than_the_deregistration" {
  command = plan

  variables {
    stop_timeout_seconds = 90
  }

  expect_failures = [var.stop_timeout_seconds]
}

run "refuses_a_jar_that_is_not_there" {
  command = plan

  variables {
    scaler_jar = "tests/fixtures/missing.jar"
  }

  expect_failures = [aws_lambda_function.scaler]
}

run "warns_of_a_rolling_deployment_without_room" {
  command = plan

  variables {
    max_hosts = 5
  }

  expect_failures = [check.room_for_rolling_deployment]
}
