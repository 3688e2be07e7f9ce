# One page that reads from top to bottom: is demand met, is it fast, are there enough tasks and hosts,
# what did the scaler decide and why, what was refused, are the GPUs used, what does it cost.

locals {
  panels = [
    {
      title = "Demand and capacity (requests a second)"
      metrics = concat([
        [{ expression = "arrivals / 10", label = "demand, the service's own count", id = "demand" }],
        [{ expression = "(requests + FILL(refused, 0)) / 60", label = "demand, the load balancer's count", id = "demand_alb" }],
        [{ expression = "running * rate", label = "capacity: running tasks x effective rate", id = "capacity" }],
        ["Lockstep", "ForecastDemand", "Service", local.service_name, { label = "forecast", stat = "Maximum" }],
        ["Lockstep", "Arrivals", "Service", local.service_name, { id = "arrivals", stat = "Sum", period = 10, visible = false }],
        ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", aws_lb.this.arn_suffix, { id = "requests", stat = "Sum", period = 60, visible = false }],
        ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", aws_lb.this.arn_suffix, { id = "refused", stat = "Sum", period = 60, visible = false }],
        ["Lockstep", "RunningTasks", "Service", local.service_name, { id = "running", stat = "Minimum", visible = false }],
        ["Lockstep", "EffectiveRpsPerTask", "Service", local.service_name, { id = "rate", stat = "Minimum", visible = false }],
        ],
        [for colour in sort(local.grpc_colours) : [{ expression = "grpc_${colour} / 60", label = "of these by gRPC, ${colour}", id = "demand_grpc_${colour}" }]],
        [for colour in sort(local.grpc_colours) : ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", aws_lb.this.arn_suffix, "TargetGroup", aws_lb_target_group.grpc[colour].arn_suffix, { id = "grpc_${colour}", stat = "Sum", period = 60, visible = false }]],
      )
      lines = []
    },
    {
      title = "p95 latency against the budget (ms)"
      metrics = [
        [{ expression = "1000 * response", label = "at the load balancer", id = "response_ms" }],
        ["Lockstep", "Latency", "Service", local.service_name, { label = "inside the service", stat = "p95", period = 10 }],
        ["Lockstep", "QueueDelay", "Service", local.service_name, { label = "of that, waiting", stat = "p95", period = 10 }],
        ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", aws_lb.this.arn_suffix, { id = "response", stat = "p95", visible = false }],
      ]
      lines = [{ label = "budget", value = var.p95_budget_ms, color = "#d62728" }]
    },
    {
      title = "Tasks: desired and running"
      metrics = [
        ["Lockstep", "DesiredTasks", "Service", local.service_name, { label = "desired by the scaler", stat = "Maximum" }],
        ["Lockstep", "RunningTasks", "Service", local.service_name, { label = "running", stat = "Minimum" }],
      ]
      lines = [{ label = "maximum", value = var.max_tasks, color = "#7f7f7f" }]
    },
    {
      title = "Hosts: desired and in service"
      metrics = [
        ["Lockstep", "DesiredHosts", "Service", local.service_name, { label = "desired by the scaler", stat = "Maximum" }],
        ["AWS/AutoScaling", "GroupDesiredCapacity", "AutoScalingGroupName", local.asg_name, { label = "ordered", stat = "Maximum" }],
        ["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", local.asg_name, { label = "in service", stat = "Minimum" }],
      ]
      lines = [{ label = "maximum", value = var.max_hosts, color = "#7f7f7f" }]
    },
    {
      title = "Shortage (tasks) and lead time (seconds)"
      metrics = [
        ["Lockstep", "ShortfallTasks", "Service", local.service_name, { label = "tasks short", stat = "Maximum" }],
        ["Lockstep", "LeadTimeSeconds", "Service", local.service_name, { label = "learned lead time", stat = "Maximum", yAxis = "right" }],
      ]
      lines = []
    },
    {
      title = "The scaler itself"
      metrics = [
        ["Lockstep", "DecisionLatency", "Service", local.service_name, { label = "decision, ms", stat = "Maximum" }],
        ["AWS/Lambda", "Invocations", "FunctionName", local.scaler_name, { label = "runs", stat = "Sum", yAxis = "right" }],
        ["AWS/Lambda", "Errors", "FunctionName", local.scaler_name, { label = "errors", stat = "Sum", yAxis = "right" }],
        ["AWS/Lambda", "Throttles", "FunctionName", local.scaler_name, { label = "throttles", stat = "Sum", yAxis = "right" }],
        ["Lockstep", "RefusedTriggers", "Service", local.service_name, { label = "refused triggers", stat = "Sum", yAxis = "right" }],
      ]
      lines = []
    },
    {
      title = "Refusals and errors (a minute)"
      metrics = [
        ["Lockstep", "Refusals", "Service", local.service_name, { label = "refused by the service", stat = "Sum" }],
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", aws_lb.this.arn_suffix, { label = "5xx of tasks", stat = "Sum" }],
        ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", aws_lb.this.arn_suffix, { label = "5xx of the load balancer", stat = "Sum" }],
        ["AWS/ApplicationELB", "RejectedConnectionCount", "LoadBalancer", aws_lb.this.arn_suffix, { label = "rejected connections", stat = "Sum" }],
      ]
      lines = []
    },
    {
      title = "GPU use (%) and requests in flight"
      metrics = [
        ["Lockstep", "GpuUtilization", "Service", local.service_name, { label = "GPU, mean", stat = "Average" }],
        ["Lockstep", "GpuUtilization", "Service", local.service_name, { label = "GPU, busiest task", stat = "Maximum" }],
        ["Lockstep", "InFlight", "Service", local.service_name, { label = "in flight a task", stat = "Average", yAxis = "right" }],
      ]
      lines = [{ label = "design point", value = 70, color = "#7f7f7f" }]
    },
    {
      title = "Hosts' cost (USD an hour)"
      metrics = [
        [{ expression = "in_service * ${var.host_hourly_price_usd}", label = "hosts in service", id = "cost" }],
        ["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", local.asg_name, { id = "in_service", stat = "Average", visible = false }],
      ]
      lines = [{ label = "the most it can be", value = var.max_hosts * var.host_hourly_price_usd, color = "#7f7f7f" }]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [
        {
          type = "text", x = 0, y = 0, width = 24, height = 2
          properties = {
            markdown = "## ${local.service_name}\nDemand first, money last. Bounds: ${var.min_tasks}-${var.max_tasks} tasks, ${var.min_hosts}-${var.max_hosts} hosts, ${local.tasks_per_host} task(s) a host. Runbooks: the alarms' descriptions name their page."
          }
        },
        {
          type = "alarm", x = 0, y = 2, width = 24, height = 3
          properties = {
            title = "Alarms"
            alarms = concat(
              values(local.trigger_alarms)[*].arn,
              values(aws_cloudwatch_metric_alarm.operations)[*].arn,
              values(aws_cloudwatch_metric_alarm.unhealthy_targets)[*].arn,
              [aws_cloudwatch_metric_alarm.hosts_undelivered.arn],
            )
          }
        },
      ],
      [
        for index, panel in local.panels : {
          type = "metric", x = 12 * (index % 2), y = 5 + 6 * floor(index / 2), width = 12, height = 6
          properties = merge(
            { title = panel.title, region = var.region, view = "timeSeries", period = 60, metrics = panel.metrics, yAxis = { left = { min = 0 } } },
            length(panel.lines) == 0 ? {} : { annotations = { horizontal = panel.lines } },
          )
        }
      ],
      [
        {
          type = "log", x = 12, y = 5 + 6 * floor(length(local.panels) / 2), width = 12, height = 6
          properties = {
            title  = "Decisions and their reasons"
            region = var.region
            view   = "table"
            query  = "SOURCE '${aws_cloudwatch_log_group.scaler.name}' | fields @timestamp, @message | filter @message like '${local.service_name} ' and @message not like '_aws' | sort @timestamp desc | limit 50"
          }
        },
      ],
    )
  })
}
