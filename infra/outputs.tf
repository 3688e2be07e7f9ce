output "region" {
  description = "Region of everything below."
  value       = var.region
}

output "service_url" {
  description = "What clients call, once domain_name points at alb_dns_name."
  value       = "https://${var.domain_name}"
}

output "alb_dns_name" {
  description = "The load balancer's own name; make domain_name a CNAME or alias of it."
  value       = aws_lb.this.dns_name
}

output "load_balancer" {
  description = "The load balancer as CloudWatch names it (app/NAME/ID)."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arns" {
  description = "Target groups by colour; rolling deployments have blue alone. With grpc each colour has a second one, as blue-grpc."
  value       = { for name, group in local.target_groups : name => group.arn }
}

output "https_listener_arn" {
  description = "The HTTPS listener, whose certificate can be changed."
  value       = aws_lb_listener.https.arn
}

output "production_listener_rule_arn" {
  description = "Rule whose weights say which colour is live."
  value       = aws_lb_listener_rule.production.arn
}

output "ecs_cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "ecs_service_name" {
  description = "The ECS service."
  value       = aws_ecs_service.inference.name
}

output "task_definition_arn" {
  description = "Newest revision Terraform has registered; deploy it with `aws ecs update-service`."
  value       = aws_ecs_task_definition.inference.arn
}

output "autoscaling_group_name" {
  description = "The Auto Scaling group of the hosts."
  value       = aws_autoscaling_group.hosts.name
}

output "capacity_provider_name" {
  description = "Capacity provider whose managed scaling must stay DISABLED."
  value       = aws_ecs_capacity_provider.hosts.name
}

output "launch_template_id" {
  description = "Launch template of the hosts."
  value       = aws_launch_template.hosts.id
}

output "ecr_repository_url" {
  description = "Where the container image is pushed."
  value       = aws_ecr_repository.inference.repository_url
}

output "api_keys_secret_name" {
  description = "Secret whose value is the clients' API keys, separated by commas. Terraform does not set it."
  value       = aws_secretsmanager_secret.api_keys.name
}

output "scaler_function_name" {
  description = "The scaler's function."
  value       = aws_lambda_function.scaler.function_name
}

output "scaler_alias_name" {
  description = "Alias that every trigger calls; use it as --qualifier."
  value       = aws_lambda_alias.live.name
}

output "scaler_version" {
  description = "Version of the function that the alias points at."
  value       = aws_lambda_alias.live.function_version
}

output "scaler_schedule_name" {
  description = "The one-minute tick, as GROUP/NAME."
  value       = "${aws_scheduler_schedule_group.scaler.name}/${aws_scheduler_schedule.tick.name}"
}

output "scaler_log_group" {
  description = "Log group of the scaler's decisions."
  value       = aws_cloudwatch_log_group.scaler.name
}

output "service_log_group" {
  description = "Log group of the inference tasks."
  value       = aws_cloudwatch_log_group.inference.name
}

output "dead_letter_queue_url" {
  description = "Queue of triggers that the scaler failed on three times."
  value       = aws_sqs_queue.dead_letters.id
}

output "operator_role_arn" {
  description = "Role for manual invocation, or null when operator_arns is empty."
  value       = one(aws_iam_role.operator[*].arn)
}

output "alerts_topic_arn" {
  description = "Topic that every alarm for people goes to."
  value       = aws_sns_topic.alerts.arn
}

output "alarm_names" {
  description = "Alarms by purpose: those that trigger the scaler and those that tell people."
  value = {
    trigger    = { for key, alarm in local.trigger_alarms : key => alarm.alarm_name }
    operations = { for key, alarm in aws_cloudwatch_metric_alarm.operations : key => alarm.alarm_name }
  }
}

output "dashboard_url" {
  description = "The CloudWatch dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "tasks_per_host" {
  description = "Tasks one host holds: floor(gpus_per_host / gpus_per_task)."
  value       = local.tasks_per_host
}
