# What AWS would fill in. Valid ARNs and JSON, so that the tests hold with the real provider's checks.

mock_data "aws_caller_identity" {
  defaults = { account_id = "111122223333" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_availability_zones" {
  defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"] }
}

mock_data "aws_subnet" {
  defaults = { availability_zone = "us-east-1b" }
}

mock_data "aws_ssm_parameter" {
  defaults = { insecure_value = "ami-0aaaaaaaaaaaaaaaa", value = "ami-0aaaaaaaaaaaaaaaa" }
}

mock_resource "aws_vpc" {
  defaults = { id = "vpc-0aaaaaaaaaaaaaaaa" }
}

mock_resource "aws_security_group" {
  defaults = { id = "sg-0aaaaaaaaaaaaaaaa" }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555", key_id = "11111111-2222-3333-4444-555555555555" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111122223333:role/some-role" }
}

mock_resource "aws_iam_instance_profile" {
  defaults = { arn = "arn:aws:iam::111122223333:instance-profile/lockstep-host" }
}

mock_resource "aws_s3_bucket" {
  defaults = { id = "lockstep-access-logs-1", arn = "arn:aws:s3:::lockstep-access-logs-1" }
}

mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/lockstep-alb/50dc6c495c0c9188"
    arn_suffix = "app/lockstep-alb/50dc6c495c0c9188"
    dns_name   = "lockstep-alb-1.us-east-1.elb.amazonaws.com"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/lockstep-blue/73e2d6bc24d8a067"
    arn_suffix = "targetgroup/lockstep-blue/73e2d6bc24d8a067"
  }
}

mock_resource "aws_lb_listener" {
  defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/lockstep-alb/50dc6c495c0c9188/f2f7dc8efc522ab2" }
}

mock_resource "aws_lb_listener_rule" {
  defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/lockstep-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee" }
}

mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:us-east-1:111122223333:cluster/lockstep", id = "arn:aws:ecs:us-east-1:111122223333:cluster/lockstep" }
}

mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/lockstep-inference:1" }
}

mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:us-east-1:111122223333:repository/lockstep-inference"
    repository_url = "111122223333.dkr.ecr.us-east-1.amazonaws.com/lockstep-inference"
  }
}

mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:lockstep/api-keys-a1b2c3" }
}

mock_resource "aws_autoscaling_group" {
  defaults = { arn = "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1dcdbf75-bf3f-4a1c-9d2f-2b1d2b9a2f3e:autoScalingGroupName/lockstep-hosts" }
}

mock_resource "aws_launch_template" {
  defaults = { id = "lt-0aaaaaaaaaaaaaaaa", latest_version = 1 }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:/some/group" }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:us-east-1:111122223333:function:lockstep-scaler", version = "7" }
}

mock_resource "aws_lambda_alias" {
  defaults = { arn = "arn:aws:lambda:us-east-1:111122223333:function:lockstep-scaler:live" }
}

mock_resource "aws_sqs_queue" {
  defaults = { arn = "arn:aws:sqs:us-east-1:111122223333:lockstep-scaler-dead-letters", id = "https://sqs.us-east-1.amazonaws.com/111122223333/lockstep-scaler-dead-letters" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:us-east-1:111122223333:lockstep-alerts" }
}

mock_resource "aws_scheduler_schedule_group" {
  defaults = { arn = "arn:aws:scheduler:us-east-1:111122223333:schedule-group/lockstep-scaler" }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:us-east-1:111122223333:rule/some-rule" }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = { arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:some-alarm" }
}
