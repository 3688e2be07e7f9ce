# Who may do what. A statement names its resources; where one says "*", AWS has no resource-level
# permission for the action (Service Authorization Reference), and the comment says so. Tests read the
# rendered JSON and hold the list of those exceptions.

locals {
  # Built from names, because a role must exist before what it is allowed to touch.
  arn_of_ecs   = "arn:${local.partition}:ecs:${var.region}:${local.account_id}"
  cluster_arn  = "${local.arn_of_ecs}:cluster/${var.name}"
  service_arn  = "${local.arn_of_ecs}:service/${var.name}/${local.service_name}"
  hosts_arn    = "${local.arn_of_ecs}:container-instance/${var.name}/*"
  tasks_arn    = "${local.arn_of_ecs}:task/${var.name}/*"
  asg_arn      = "arn:${local.partition}:autoscaling:${var.region}:${local.account_id}:autoScalingGroup:*:autoScalingGroupName/${local.asg_name}"
  in_cluster   = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
  from_account = { StringEquals = { "aws:SourceAccount" = local.account_id } }

  pull_image = [
    {
      Sid      = "RegistryLogin"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = "*" # the token is the account's: no resource-level permission
    },
    {
      Sid      = "PullImage"
      Effect   = "Allow"
      Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = aws_ecr_repository.inference.arn
    },
  ]
}

# ---- the scaler -----------------------------------------------------------------------------------

resource "aws_iam_role" "scaler" {
  name        = local.scaler_name
  description = "What the scaler may read and change: one cluster, one service, one Auto Scaling group"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "scaler" {
  name = "scaler"
  role = aws_iam_role.scaler.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Service"
        Effect    = "Allow"
        Action    = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource  = local.service_arn
        Condition = local.in_cluster
      },
      {
        Sid      = "ListHosts"
        Effect   = "Allow"
        Action   = ["ecs:ListContainerInstances"]
        Resource = local.cluster_arn
      },
      {
        Sid       = "Hosts" # ListTasks is authorised on container instances
        Effect    = "Allow"
        Action    = ["ecs:DescribeContainerInstances", "ecs:ListTasks", "ecs:UpdateContainerInstancesState"]
        Resource  = local.hosts_arn
        Condition = local.in_cluster
      },
      {
        Sid       = "Tasks"
        Effect    = "Allow"
        Action    = ["ecs:DescribeTasks"]
        Resource  = local.tasks_arn
        Condition = local.in_cluster
      },
      {
        Sid      = "ReadGroups"
        Effect   = "Allow"
        Action   = ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities"]
        Resource = "*" # no Describe action of Auto Scaling has a resource-level permission
      },
      {
        Sid      = "SizeGroup"
        Effect   = "Allow"
        Action   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
        Resource = aws_autoscaling_group.hosts.arn
      },
      {
        Sid       = "RememberDirectives"
        Effect    = "Allow"
        Action    = ["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"]
        Resource  = aws_autoscaling_group.hosts.arn
        Condition = { "ForAllValues:StringLike" = { "aws:TagKeys" = ["lockstep:*"] } }
      },
      {
        Sid      = "ReadMetrics"
        Effect   = "Allow"
        Action   = ["cloudwatch:GetMetricData"]
        Resource = "*" # no resource-level permission
      },
      {
        Sid      = "ReadAlarms" # by prefix, so all of them: a second controller's are not ours
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = "arn:${local.partition}:cloudwatch:${var.region}:${local.account_id}:alarm:*"
      },
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.scaler.arn}:*"
      },
      {
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.dead_letters.arn
      },
    ]
  })
}

# ---- who may start the scaler, beside the alarms and rules that scaler.tf permits ------------------

resource "aws_iam_role" "tick" {
  name        = "${local.scaler_name}-tick"
  description = "EventBridge Scheduler invokes the scaler"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = merge(local.from_account, { ArnEquals = { "aws:SourceArn" = aws_scheduler_schedule_group.scaler.arn } })
    }]
  })
}

resource "aws_iam_role_policy" "tick" {
  name = "invoke"
  role = aws_iam_role.tick.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Invoke", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = aws_lambda_alias.live.arn }]
  })
}

resource "aws_iam_role" "operator" {
  count                = length(var.operator_arns) > 0 ? 1 : 0
  name                 = "${local.scaler_name}-operator"
  description          = "People invoke the scaler by hand and read what it decided"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.operator_arns } }]
  })
}

resource "aws_iam_role_policy" "operator" {
  count = length(var.operator_arns) > 0 ? 1 : 0
  name  = "operate"
  role  = aws_iam_role.operator[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Invoke", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = aws_lambda_alias.live.arn },
      { Sid = "ReadLog", Effect = "Allow", Action = ["logs:FilterLogEvents", "logs:GetLogEvents"], Resource = "${aws_cloudwatch_log_group.scaler.arn}:*" },
    ]
  })
}

# ---- tasks ----------------------------------------------------------------------------------------

locals {
  trust_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = merge(local.from_account, { ArnLike = { "aws:SourceArn" = "${local.arn_of_ecs}:*" } })
    }]
  })
}

resource "aws_iam_role" "execution" {
  name               = "${local.service_name}-execution"
  description        = "The ECS agent pulls the image, reads the API keys and writes the log"
  assume_role_policy = local.trust_tasks
}

resource "aws_iam_role_policy" "execution" {
  name = "start-task"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.pull_image, [
      { Sid = "ReadApiKeys", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = aws_secretsmanager_secret.api_keys.arn },
      {
        Sid       = "DecryptApiKeys"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = aws_kms_key.this.arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.${local.dns_suffix}" } }
      },
      { Sid = "WriteLog", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.inference.arn}:*" },
    ])
  })
}

resource "aws_iam_role" "task" {
  name               = "${local.service_name}-task"
  description        = "What the inference code itself may do: publish its metrics"
  assume_role_policy = local.trust_tasks
}

resource "aws_iam_role_policy" "task" {
  name = "metrics"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PublishMetrics"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = "*" # no resource-level permission; the namespace is the boundary
      Condition = { StringEquals = { "cloudwatch:namespace" = "Lockstep" } }
    }]
  })
}

# The ECS agent asks for it with the task's own role.
resource "aws_iam_role_policy" "task_protection" {
  count = var.protect_after_seconds == null ? 0 : 1
  name  = "scale-in-protection"
  role  = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ProtectFromScaleIn"
      Effect    = "Allow"
      Action    = ["ecs:UpdateTaskProtection"]
      Resource  = local.tasks_arn
      Condition = local.in_cluster
    }]
  })
}

# ---- hosts ----------------------------------------------------------------------------------------

resource "aws_iam_role" "host" {
  name        = "${var.name}-host"
  description = "The ECS agent of a GPU host joins this cluster; Session Manager lets people in"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "host" {
  name = aws_iam_role.host.name
  role = aws_iam_role.host.name
}

# Narrower than AWS's AmazonEC2ContainerServiceforEC2Role, which covers every cluster.
resource "aws_iam_role_policy" "host" {
  name = "join-cluster"
  role = aws_iam_role.host.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.pull_image, [
      {
        Sid    = "JoinCluster"
        Effect = "Allow"
        Action = [
          "ecs:DeregisterContainerInstance", "ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges",
          "ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange",
        ]
        Resource = local.cluster_arn
      },
      {
        Sid       = "Agent"
        Effect    = "Allow"
        Action    = ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"]
        Resource  = local.hosts_arn
        Condition = local.in_cluster
      },
      {
        Sid      = "FindEndpoint"
        Effect   = "Allow"
        Action   = ["ecs:DiscoverPollEndpoint"]
        Resource = "*" # no resource-level permission
      },
      { Sid = "ReportReady", Effect = "Allow", Action = ["autoscaling:CompleteLifecycleAction"], Resource = local.asg_arn },
    ])
  })
}

resource "aws_iam_role_policy_attachment" "host" {
  role       = aws_iam_role.host.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

# ---- ECS moves listener weights in blue/green deployments -----------------------------------------

resource "aws_iam_role" "blue_green" {
  count       = local.blue_green ? 1 : 0
  name        = "${var.name}-blue-green"
  description = "ECS shifts traffic between the two target groups"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs.amazonaws.com" }, Condition = local.from_account }]
  })
}

resource "aws_iam_role_policy_attachment" "blue_green" {
  count      = local.blue_green ? 1 : 0
  role       = aws_iam_role.blue_green[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
}
