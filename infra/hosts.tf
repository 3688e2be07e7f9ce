# GPU hosts: what one holds, how it boots, and the Auto Scaling group that the scaler sizes.

locals {
  # [GPUs, vCPUs, memory in GiB], from the EC2 instance type pages.
  instance_shapes = merge([
    for family, sizes in {
      g4dn = { xlarge = [1, 4, 16], "2xlarge" = [1, 8, 32], "4xlarge" = [1, 16, 64], "8xlarge" = [1, 32, 128], "12xlarge" = [4, 48, 192], "16xlarge" = [1, 64, 256], metal = [8, 96, 384] }
      g5   = { xlarge = [1, 4, 16], "2xlarge" = [1, 8, 32], "4xlarge" = [1, 16, 64], "8xlarge" = [1, 32, 128], "12xlarge" = [4, 48, 192], "16xlarge" = [1, 64, 256], "24xlarge" = [4, 96, 384], "48xlarge" = [8, 192, 768] }
      g6   = { xlarge = [1, 4, 16], "2xlarge" = [1, 8, 32], "4xlarge" = [1, 16, 64], "8xlarge" = [1, 32, 128], "12xlarge" = [4, 48, 192], "16xlarge" = [1, 64, 256], "24xlarge" = [4, 96, 384], "48xlarge" = [8, 192, 768] }
      gr6  = { "4xlarge" = [1, 16, 128], "8xlarge" = [1, 32, 256] }
      g6e  = { xlarge = [1, 4, 32], "2xlarge" = [1, 8, 64], "4xlarge" = [1, 16, 128], "8xlarge" = [1, 32, 256], "12xlarge" = [4, 48, 384], "16xlarge" = [1, 64, 512], "24xlarge" = [4, 96, 768], "48xlarge" = [8, 192, 1536] }
      p3   = { "2xlarge" = [1, 8, 61], "8xlarge" = [4, 32, 244], "16xlarge" = [8, 64, 488] }
      p4d  = { "24xlarge" = [8, 96, 1152] }
      p4de = { "24xlarge" = [8, 96, 1152] }
      p5   = { "48xlarge" = [8, 192, 2048] }
      p5en = { "48xlarge" = [8, 192, 2048] }
    } : { for size, shape in sizes : "${family}.${size}" => { gpus = shape[0], vcpus = shape[1], memory_gib = shape[2] } }
  ]...)

  known_shapes = { for type in var.instance_types : type => local.instance_shapes[type] if contains(keys(local.instance_shapes), type) }
  known_gpus   = { for type, shape in local.known_shapes : type => shape.gpus }

  gpus_per_host  = coalesce(var.gpus_per_host, values(local.known_gpus)...)
  tasks_per_host = max(1, floor(local.gpus_per_host / var.gpus_per_task))

  initial_hosts       = max(var.min_hosts, ceil(var.desired_tasks / local.tasks_per_host))
  hosts_for_max_tasks = ceil(var.max_tasks / local.tasks_per_host)

  # Warm pools exclude mixed instances policies, and one type on demand needs none.
  mixed_instances = length(var.instance_types) > 1 || var.on_demand_percentage < 100
  prepare_hook    = "${var.name}-prepare"
  prepull_image   = var.warm_pool != null && try(var.warm_pool.prepull_image, false)
  host_tags       = merge(local.tags, { Name = local.asg_name })
}

data "aws_ssm_parameter" "gpu_ami" {
  count = var.ami_id == null ? 1 : 0
  name  = "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
}

resource "aws_launch_template" "hosts" {
  name                   = local.asg_name
  image_id               = var.ami_id == null ? data.aws_ssm_parameter.gpu_ami[0].insecure_value : var.ami_id
  instance_type          = var.instance_types[0]
  update_default_version = true

  user_data = base64encode(templatefile("${path.module}/host.sh.tftpl", {
    cluster              = aws_ecs_cluster.this.name
    warm_pool            = var.warm_pool != null
    prepull_image        = local.prepull_image
    image                = local.image
    registry             = split("/", local.image)[0]
    region               = var.region
    asg_name             = local.asg_name
    lifecycle_hook       = local.prepare_hook
    stop_timeout_seconds = var.stop_timeout_seconds
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.host.arn
  }

  network_interfaces {
    device_index                = 0
    associate_public_ip_address = false
    delete_on_termination       = true
    security_groups             = [aws_security_group.hosts.id]
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1 # containers cannot borrow the host's role
    instance_metadata_tags      = "disabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = var.root_volume_gib
      volume_type           = "gp3"
      throughput            = 250 # image layers unpack twice as fast as at the default 125 MiB/s
      encrypted             = true
      kms_key_id            = aws_kms_key.this.arn
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.key
      tags          = local.host_tags
    }
  }
}

resource "aws_autoscaling_group" "hosts" {
  name                  = local.asg_name
  min_size              = var.min_hosts
  max_size              = var.max_hosts
  desired_capacity      = local.initial_hosts
  vpc_zone_identifier   = local.private_subnet_ids
  health_check_type     = "EC2"
  protect_from_scale_in = true # only the scaler ends hosts, by name and when they are empty

  force_delete           = !var.deletion_protection
  force_delete_warm_pool = !var.deletion_protection

  # Rebalancing would start hosts nobody ordered, and cannot end the protected ones.
  suspended_processes = ["AZRebalance"]

  # GPUs may be out of stock for hours; `terraform apply` does not wait for them.
  wait_for_capacity_timeout = "0"

  enabled_metrics = [
    "GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupPendingInstances",
    "GroupTerminatingInstances", "WarmPoolWarmedCapacity",
  ]

  dynamic "launch_template" {
    for_each = local.mixed_instances ? [] : [aws_launch_template.hosts]

    content {
      id      = launch_template.value.id
      version = launch_template.value.latest_version
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = local.mixed_instances ? [aws_launch_template.hosts] : []

    content {
      instances_distribution {
        on_demand_allocation_strategy            = "prioritized"
        on_demand_base_capacity                  = var.on_demand_base
        on_demand_percentage_above_base_capacity = var.on_demand_percentage
        spot_allocation_strategy                 = "price-capacity-optimized"
      }

      launch_template {
        launch_template_specification {
          launch_template_id = mixed_instances_policy.value.id
          version            = mixed_instances_policy.value.latest_version
        }

        dynamic "override" {
          for_each = var.instance_types

          content {
            instance_type = override.value
          }
        }
      }
    }
  }

  dynamic "warm_pool" {
    for_each = var.warm_pool == null ? [] : [var.warm_pool]

    content {
      pool_state = "Stopped"
      min_size   = warm_pool.value.min_size

      instance_reuse_policy {
        reuse_on_scale_in = false # ECS does not support hosts that return to the pool
      }
    }
  }

  dynamic "tag" {
    for_each = merge(local.host_tags, { AmazonECSManaged = "true" }) # the capacity provider adds that one

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    # The scaler owns the count; it also keeps holds and manual floors as tags of the group.
    ignore_changes = [desired_capacity, tag]
  }

  depends_on = [aws_iam_role_policy.host, aws_iam_role_policy_attachment.host] # hosts that boot first must be allowed to register
}

# Holds a host back, on its way into the warm pool and out of it, until host.sh.tftpl says that the
# image is on its disk.
resource "aws_autoscaling_lifecycle_hook" "prepare" {
  count                  = local.prepull_image ? 1 : 0
  name                   = local.prepare_hook
  autoscaling_group_name = aws_autoscaling_group.hosts.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_LAUNCHING"
  heartbeat_timeout      = var.warm_pool.prepare_time_seconds
  default_result         = "CONTINUE" # a host without the image is slow, not useless
}
