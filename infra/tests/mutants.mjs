#!/usr/bin/env node
// Sees every assertion fail once: for each run of each test file the module is broken on purpose, and
// the run must fail with each of its own messages. A run without a mutant is itself a failure.
// usage: mutants.mjs INITIALISED_COPY_OF_INFRA [RUN...]     (terraform init has run in the copy)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { spawn } from 'node:child_process';

// run -> [file, what stands there (blanks as they come), what shall stand there]
const MUTANTS = {
  // fleet
  the_default_is_the_design_point: [
    ['variables_hosts.tf', 'default = ["g5.2xlarge"]', 'default = ["g5.12xlarge"]'],
    ['hosts.tf', 'min_size = var.min_hosts', 'min_size = 1'],
    ['service.tf', 'value = tostring(var.gpus_per_task)', 'value = "3"'],
    ['hosts.tf', 'length(var.instance_types) > 1', 'length(var.instance_types) > 0'],
    ['hosts.tf', 'gpu/recommended/image_id', 'recommended/image_id'],
  ],
  gpus_of_a_host_come_from_its_type: [
    ['scaler.tf', 'tostring(local.gpus_per_host)', '"1"'],
    ['hosts.tf', 'max(1, floor(', 'max(1, ceil('],
  ],
  an_unknown_type_takes_the_gpu_count_it_is_given: [['hosts.tf', 'coalesce(var.gpus_per_host,', 'coalesce(1,']],
  several_types_and_spot_make_a_mixed_group: [
    ['hosts.tf', 'above_base_capacity = var.on_demand_percentage', 'above_base_capacity = 100'],
    ['hosts.tf', 'for_each = var.instance_types', 'for_each = reverse(var.instance_types)'],
    ['host.sh.tftpl', 'ECS_ENABLE_SPOT_INSTANCE_DRAINING=true', ''],
    ['hosts.tf', 'insecure_value : var.ami_id', 'insecure_value : "ami-0ccccccccccccccccc"'],
  ],
  a_warm_pool_holds_stopped_hosts_with_the_image: [
    ['hosts.tf', 'pool_state = "Stopped"', 'pool_state = "Running"'],
    ['hosts.tf', 'reuse_on_scale_in = false', 'reuse_on_scale_in = true'],
    ['host.sh.tftpl', 'ECS_WARM_POOLS_CHECK=true', ''],
    ['hosts.tf', 'default_result = "CONTINUE"', 'default_result = "ABANDON"'],
  ],
  without_a_warm_pool_nothing_waits: [['host.sh.tftpl', '%{ if warm_pool ~}', '%{ if true ~}']],
  rolling_is_the_simple_choice: [
    ['service.tf', '"BLUE_GREEN" : "ROLLING"', '"BLUE_GREEN" : "BLUE_GREEN"'],
    ['service.tf', 'deployment_minimum_healthy_percent = 100', 'deployment_minimum_healthy_percent = 50'],
    ['load_balancer.tf', ': ["blue"])', ': ["blue", "green"])'],
  ],
  blue_green_has_two_colours_and_two_rules: [
    ['service.tf', 'local.blue_green ? var.bake_time_minutes', 'local.blue_green ? 0'],
    ['service.tf', 'alternate_target_group_arn = aws_lb_target_group.colour["green"].arn', 'alternate_target_group_arn = aws_lb_target_group.colour["blue"].arn'],
    ['load_balancer.tf', 'target_group.key == "blue" ? 100 : 0', 'target_group.key == "blue" ? 0 : 100'],
    ['load_balancer.tf', 'priority = 10 condition', 'priority = 200\n  condition'],
    ['iam.tf', 'AmazonECSInfrastructureRolePolicyForLoadBalancers', 'ReadOnlyAccess'],
    ['service.tf', 'for_each = local.blue_green ? [] : [true]', 'for_each = [true]'],
    ['load_balancer.tf', 'default_action { type = "forward"', 'default_action {\n    type = "fixed-response"'],
    ['alarms.tf', '"MAX([', '"SUM(['],
    ['scaler.tf', 'for colour in sort(local.colours) : join', 'for colour in ["blue"] : join'],
  ],
  a_deployment_rolls_back_on_errors_in_either_strategy: [['service.tf', 'rollback = true } network_configuration', 'rollback = false\n  }\n  network_configuration']],
  requests_find_the_least_busy_task_and_leave_it_in_peace: [
    ['load_balancer.tf', '"least_outstanding_requests"', '"round_robin"'],
    ['load_balancer.tf', 'path = "/healthz"', 'path = "/"'],
    ['service.tf', 'stopTimeout = var.stop_timeout_seconds', 'stopTimeout = 900'],
    ['service.tf', 'health_check_grace_period_seconds = var.health_check_grace_seconds', 'health_check_grace_period_seconds = 0'],
  ],
  the_model_and_the_keys_reach_the_container: [
    ['service.tf', '{ LOCKSTEP_MODEL = var.model_path }', '{}'],
    ['service.tf', 'valueFrom = aws_secretsmanager_secret.api_keys.arn', 'valueFrom = "plain"'],
    ['service.tf', 'skip_destroy = true', 'skip_destroy = false'],
  ],
  long_work_protects_its_task_when_asked_for: [
    ['service.tf', '"${var.protect_after_seconds}s"', '"60s"'],
    ['iam.tf', 'Action = ["ecs:UpdateTaskProtection"] Resource = local.tasks_arn', 'Action = ["ecs:UpdateTaskProtection"]\n      Resource = "*"'],
  ],
  nothing_is_protected_by_itself: [['iam.tf', 'count = var.protect_after_seconds == null ? 0 : 1', 'count = 1']],
  a_new_vpc_spans_two_zones_with_one_nat_gateway: [
    ['network.tf', 'nat = slice(local.zones, 0, min(1, length(local.zones)))', 'nat = local.zones'],
    ['network.tf', 'each.value + 8)', 'each.value)'],
    ['network.tf', 'resource "aws_vpc_endpoint" "s3" { count = var.existing_network == null ? 1 : 0', 'resource "aws_vpc_endpoint" "s3" {\n  count = 0'],
  ],
  a_gateway_a_zone_survives_a_zone: [['network.tf', 'nat_per_zone = local.zones', 'nat_per_zone = slice(local.zones, 0, min(1, length(local.zones)))']],
  endpoints_leave_no_way_to_the_internet: [
    ['network.tf', 'endpoints = [] }', 'endpoints = local.zones }'],
    ['network.tf', '"monitoring",', ''],
    ['network.tf', '{ hosts = aws_security_group.hosts.id, tasks = aws_security_group.tasks.id }', '{ hosts = aws_security_group.hosts.id }'],
  ],
  an_existing_vpc_is_used_as_it_is: [
    ['network.tf', 'resource "aws_vpc" "this" { count = var.existing_network == null ? 1 : 0', 'resource "aws_vpc" "this" {\n  count = 1'],
    ['load_balancer.tf', 'subnets = local.public_subnet_ids', 'subnets = local.private_subnet_ids'],
  ],

  // grpc
  grpc_is_off_until_asked_for: [
    ['grpc.tf', 'var.grpc ? local.colours : toset([])', 'local.colours'],
    ['service.tf', 'var.grpc ? [local.grpc_port] : []', '[local.grpc_port]'],
    ['service.tf', 'for_each = var.grpc ? [true] : []', 'for_each = [true]'],
  ],
  grpc_reaches_the_same_tasks: [
    ['grpc.tf', 'protocol_version = "GRPC"', 'protocol_version = "HTTP2"'],
    ['grpc.tf', '"/lockstep.Readiness/Check"', '"/grpc.health.v1.Health/Check"'],
    ['grpc.tf', 'matcher = "0,8"', 'matcher = "0-99"'],
    ['grpc.tf', 'deregistration_delay = var.deregistration_delay_seconds', 'deregistration_delay = 10'],
    ['grpc.tf', 'priority = 50', 'priority = 200'],
    ['grpc.tf', 'count = var.grpc && local.blue_green ? 1 : 0', 'count = 1'],
    ['service.tf', 'tostring(local.grpc_port)', '"8080"'],
    ['service.tf', 'target_group_arn = aws_lb_target_group.grpc["blue"].arn', 'target_group_arn = aws_lb_target_group.colour["blue"].arn'],
  ],
  grpc_is_open_to_the_load_balancer_alone: [
    ['grpc.tf', 'description = "Only the load balancer, by gRPC" referenced_security_group_id = aws_security_group.load_balancer.id', 'description = "Anyone"\n  cidr_ipv4 = "0.0.0.0/0"'],
    ['grpc.tf', 'description = "gRPC calls and health checks" referenced_security_group_id = aws_security_group.tasks.id', 'description = "Anywhere"\n  cidr_ipv4 = "0.0.0.0/0"'],
    ['grpc.tf', 'priority = 50 condition { path_pattern { values = ["/inference.GRPCInferenceService/*"]', 'priority = 50\n  condition {\n    path_pattern {\n      values = ["/inference.GRPCInferenceService/*", "/grpc.health.v1.Health/*"]'],
    ['network.tf', '[443, 80]', '[443, 80, 9000]'],
  ],
  blue_green_shifts_calls_with_requests: [
    ['service.tf', 'aws_lb_target_group.grpc["green"].arn', 'aws_lb_target_group.colour["green"].arn'],
    ['grpc.tf', 'target_group.key == "blue" ? 100 : 0', 'target_group.key == "blue" ? 0 : 100'],
    ['grpc.tf', 'target_group.key == "green" ? 100 : 0', 'target_group.key == "green" ? 0 : 100'],
    ['grpc.tf', 'priority = 5 condition', 'priority = 20\n  condition'],
    ['grpc.tf', 'http_header_name = "X-Lockstep-Test"', 'http_header_name = "X-Test"'],
    ['scaler.tf', 'join("+", values(', 'join(",", values('],
    ['alarms.tf', '"${metric_query.key} + ${metric_query.key}_grpc"', '"${metric_query.key}_grpc"'],
  ],
  calls_are_seen: [
    ['alarms.tf', 'for_each = local.target_groups alarm_name', 'for_each = aws_lb_target_group.colour\n  alarm_name'],
    ['dashboard.tf', '"TargetGroup", aws_lb_target_group.grpc[colour].arn_suffix', '"TargetGroup", aws_lb_target_group.colour[colour].arn_suffix'],
    ['outputs.tf', 'for name, group in local.target_groups', 'for name, group in aws_lb_target_group.colour'],
  ],

  // operations
  zones_of_an_existing_vpc_have_their_alarms: [
    ['network.tf', 'sort(distinct(values(data.aws_subnet.existing)[*].availability_zone))', '[data.aws_subnet.existing["subnet-0aaaaaaaaaaaaaaa3"].availability_zone]'],
  ],
  every_alarm_names_its_runbook: [
    ['alarms.tf', 'runbook = "metrics-missing"', 'runbook = "no-such-page"'],
    ['alarms.tf', 'treat_missing_data = each.value.breach.missing alarm_actions = [aws_sns_topic.alerts.arn]', 'treat_missing_data = each.value.breach.missing\n  alarm_actions = []'],
  ],
  what_is_seen_by_arithmetic: [
    ['alarms.tf', 'IF(desired > ${var.min_hosts}, gpu, 100)', 'gpu'],
    ['alarms.tf', 'AND FILL(', 'OR FILL('],
    ['alarms.tf', 'AvailabilityZone = each.key,', 'AvailabilityZone = "us-east-1a",'],
    ['alarms.tf', 'datapoints_to_alarm = 5', 'datapoints_to_alarm = 10'],
  ],
  the_scaler_is_watched: [
    ['alarms.tf', 'scaler_throttles = {', 'throttled = {'],
    ['alarms.tf', 'name = "DecisionLatency"', 'name = "DesiredTasks"'],
    ['alarms.tf', 'name = "ShortfallTasks", statistic = "Minimum"', 'name = "ShortfallTasks", statistic = "Maximum"'],
    ['alarms.tf', 'QueueName = "${local.scaler_name}-dead-letters"', 'QueueName = "dead-letters"'],
    ['alarms.tf', 'FunctionName = local.scaler_name', 'FunctionName = var.name'],
    ['alarms.tf', 'Service = local.service_name', 'Service = var.name'],
  ],
  the_dashboard_tells_the_story_from_top_to_bottom: [
    ['dashboard.tf', 'title = "The scaler itself"', 'title = "Misc"'],
    ['dashboard.tf', '"QueueDelay"', '"Delay"'],
    ['dashboard.tf', '(index % 2), y = 5 + 6 *', '(index % 2), y = 5 + 3 *'],
    ['dashboard.tf', 'label = "budget", value = var.p95_budget_ms', 'label = "budget", value = 0'],
  ],
  money_is_watched_when_asked_for: [
    ['alerts.tf', 'format("user:project$%s", var.name)', '"user:project"'],
    ['alerts.tf', 'toset(var.alert_emails)', 'toset([])'],
  ],
  bounds_are_the_ceiling_of_the_bill: [['hosts.tf', 'max_size = var.max_hosts', 'max_size = 2 * var.max_hosts']],
  everything_carries_the_tags: [
    ['hosts.tf', 'tags = local.host_tags', 'tags = merge(local.host_tags, { team = "" })'],
    ['hosts.tf', 'propagate_at_launch = true', 'propagate_at_launch = false'],
    ['service.tf', 'propagate_tags = "SERVICE"', 'propagate_tags = "TASK_DEFINITION"'],
  ],
  runbooks_find_their_outputs: [
    ['outputs.tf', 'value = aws_ecs_cluster.this.name', 'value = aws_ecs_cluster.this.arn'],
    ['outputs.tf', 'value = aws_lambda_alias.live.name', 'value = aws_lambda_alias.live.arn'],
    ['outputs.tf', 'value = aws_lb.this.arn_suffix', 'value = aws_lb.this.arn'],
    ['outputs.tf', '#dashboards/dashboard/', '#dashboards:name='],
    ['outputs.tf', 'value = aws_sqs_queue.dead_letters.id', 'value = aws_sqs_queue.dead_letters.arn'],
    ['outputs.tf', 'local.trigger_alarms : key => alarm.alarm_name', 'local.trigger_alarms : key => alarm.arn'],
  ],

  // ownership
  starts_with_two_hosts_and_two_tasks: [
    ['service.tf', 'desired_count = var.desired_tasks', 'desired_count = 1'],
    ['cluster.tf', 'status = "DISABLED"', 'status = "ENABLED"'],
    ['cluster.tf', 'managed_termination_protection = "DISABLED"', 'managed_termination_protection = "ENABLED"'],
    ['cluster.tf', 'managed_draining = "ENABLED"', 'managed_draining = "DISABLED"'],
    ['service.tf', 'launch_type = "EC2"', 'launch_type = null'],
    ['hosts.tf', 'protect_from_scale_in = true', 'protect_from_scale_in = false'],
    ['hosts.tf', 'suspended_processes = ["AZRebalance"]', 'suspended_processes = []'],
    ['service.tf', 'availability_zone_rebalancing = "DISABLED"', 'availability_zone_rebalancing = "ENABLED"'],
  ],
  apply_moves_nothing_back: [
    ['service.tf', 'ignore_changes = [desired_count, ', 'ignore_changes = ['],
    ['hosts.tf', 'ignore_changes = [desired_capacity, tag]', 'ignore_changes = []'],
    ['service.tf', '${var.image_tag}', '1.0.0'],
  ],
  ecs_keeps_its_weights_and_target_groups: [
    ['load_balancer.tf', 'ignore_changes = [action] # ECS moves', 'ignore_changes = [] # ECS moves'],
    ['service.tf', 'task_definition, load_balancer]', 'task_definition]'],
  ],

  // security
  iam_names_its_resources: [
    ['iam.tf', 'Action = ["ecs:ListContainerInstances"] Resource = local.cluster_arn', 'Action = ["ecs:ListContainerInstances"]\n        Resource = "*"'],
    ['iam.tf', '["cloudwatch:GetMetricData"]', '["cloudwatch:Get*"]'],
    ['iam.tf', '["lockstep:*"]', '["*"]'],
    ['iam.tf', '"cloudwatch:namespace" = "Lockstep"', '"cloudwatch:namespace" = "Other"'],
    ['iam.tf', '"aws:SourceAccount" = local.account_id', '"aws:SourceAccount" = "*"'],
    ['iam.tf', 'AmazonSSMManagedInstanceCore', 'AmazonSSMFullAccess'],
  ],
  the_world_reaches_the_load_balancer_and_nothing_else: [
    ['network.tf', '[443, 80]', '[443, 80, 8080]'],
    ['network.tf', 'description = "Only the load balancer"', 'cidr_ipv4 = "0.0.0.0/0"'],
    ['network.tf', 'ingress = []', 'ingress = [{ cidr_blocks = ["0.0.0.0/0"], description = "", from_port = 0, ipv6_cidr_blocks = [], prefix_list_ids = [], protocol = "-1", security_groups = [], self = false, to_port = 0 }]'],
    ['hosts.tf', 'associate_public_ip_address = false', 'associate_public_ip_address = true'],
  ],
  everything_is_encrypted: [
    ['load_balancer.tf', 'ssl_policy = var.tls_policy', 'ssl_policy = "ELBSecurityPolicy-2016-08"'],
    ['load_balancer.tf', '"HTTP_301"', '"HTTP_302"'],
    ['hosts.tf', 'encrypted = true', 'encrypted = false'],
    ['scaler.tf', 'retention_in_days = var.log_retention_days', 'retention_in_days = 0'],
    ['cluster.tf', 'kms_key = aws_kms_key.this.arn', 'kms_key = null'],
    ['scaler.tf', 'sqs_managed_sse_enabled = true', 'sqs_managed_sse_enabled = false'],
    ['resource_policies.tf', 'enable_key_rotation = true', 'enable_key_rotation = false'],
    ['resource_policies.tf', 'Resource = aws_sqs_queue.dead_letters.arn Condition = { Bool =', 'Resource = aws_sqs_queue.dead_letters.arn\n        Condition = { BoolIfExists ='],
    ['resource_policies.tf', 'Resource = "*" Condition = local.from_account', 'Resource = "*"'],
  ],
  hosts_and_traffic_are_hardened: [
    ['hosts.tf', 'http_tokens = "required"', 'http_tokens = "optional"'],
    ['host.sh.tftpl', 'ECS_AWSVPC_BLOCK_IMDS=true', ''],
    ['load_balancer.tf', 'drop_invalid_header_fields = true', 'drop_invalid_header_fields = false'],
    ['load_balancer.tf', 'restrict_public_buckets = true', 'restrict_public_buckets = false'],
    ['service.tf', 'readonlyRootFilesystem = true', 'readonlyRootFilesystem = false'],
    ['cluster.tf', 'scan_on_push = true', 'scan_on_push = false'],
  ],
  deletion_is_refused: [['load_balancer.tf', 'enable_deletion_protection = var.deletion_protection', 'enable_deletion_protection = false']],
  deletion_is_allowed_when_asked_for: [['cluster.tf', 'force_delete = !var.deletion_protection', 'force_delete = false']],

  // triggers
  alarms_reach_the_alias: [
    ['alarms.tf', '* 10 treat_missing_data = "missing" alarm_actions = [aws_lambda_alias.live.arn] ok_actions = [aws_lambda_alias.live.arn]', '* 10\n  treat_missing_data = "breaching"\n  alarm_actions = [aws_lambda_function.scaler.arn]\n  ok_actions = []'],
    ['scaler.tf', 'source_arn = each.value.arn', 'source_arn = aws_cloudwatch_metric_alarm.demand.arn'],
    ['scaler.tf', '"lambda.alarms.cloudwatch.amazonaws.com"', '"cloudwatch.amazonaws.com"'],
    ['scaler.tf', 'qualifier = aws_lambda_alias.live.name principal = "events.amazonaws.com"', 'principal = "events.amazonaws.com"'],
  ],
  own_metrics_are_watched_at_ten_seconds_and_the_load_balancer_as_fallback: [
    ['alarms.tf', 'threshold = var.rps_per_task * 10', 'threshold = var.rps_per_task'],
    ['alarms.tf', 'network_share_ms = 35', 'network_share_ms = 0'],
    ['alarms.tf', 'threshold = var.rps_per_task * 60', 'threshold = var.rps_per_task'],
    ['alarms.tf', 'var.p95_budget_ms / 1000', 'var.p95_budget_ms'],
  ],
  the_tick_comes_every_minute: [
    ['scaler.tf', 'rate(1 minute)', 'rate(5 minutes)'],
    ['scaler.tf', 'role_arn = aws_iam_role.tick.arn', 'role_arn = aws_iam_role.tick.arn\n    input = "{}"'],
    ['iam.tf', 'Statement = [{ Sid = "Invoke", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = aws_lambda_alias.live.arn }]', 'Statement = [{ Sid = "Invoke", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = "*" }]'],
  ],
  fleet_events_are_heard_of_this_fleet_only: [
    ['scaler.tf', 'fleet_events = {', 'fleet_events = {\n    any = { description = "any", pattern = { source = ["aws.ec2"] } }'],
    ['scaler.tf', 'detail-type = ["ECS Service Action"] resources = [local.service_arn]', 'detail-type = ["ECS Service Action"]\n        resources = ["*"]'],
    ['scaler.tf', 'detail-type = ["ECS Deployment State Change"] resources = [local.service_arn]', 'detail-type = ["ECS Deployment State Change"]\n        resources = ["*"]'],
    ['scaler.tf', 'clusterArn = [local.cluster_arn]', 'clusterArn = ["*"]'],
    ['scaler.tf', '"EC2 Instance Launch Unsuccessful"', '"EC2 Instance Launch Successful"'],
    ['scaler.tf', 'rule = aws_cloudwatch_event_rule.fleet[each.key].name arn = aws_lambda_alias.live.arn', 'rule = aws_cloudwatch_event_rule.fleet[each.key].name\n  arn = aws_lambda_function.scaler.arn'],
    ['scaler.tf', 'source_arn = aws_cloudwatch_event_rule.fleet[each.key].arn', 'source_arn = null'],
  ],
  the_function_is_what_the_jar_expects: [
    ['scaler.tf', 'runtime = "java25"', 'runtime = "java21"'],
    ['scaler.tf', 'function_version = aws_lambda_function.scaler.version', 'function_version = "$LATEST"'],
    ['scaler.tf', 'TieredStopAtLevel=1', 'TieredStopAtLevel=4'],
    ['scaler.tf', 'reserved_concurrent_executions = 1', 'reserved_concurrent_executions = 2'],
    ['scaler.tf', 'maximum_retry_attempts = 2 maximum_event_age_in_seconds = 300 destination_config', 'maximum_retry_attempts = 0\n  maximum_event_age_in_seconds = 300\n  destination_config'],
    ['scaler.tf', 'timeout = 50', 'timeout = 900'],
    ['scaler.tf', 'tostring(var.dry_run)', '"no"'],
  ],
  people_are_let_in_by_name: [
    ['iam.tf', '{ AWS = var.operator_arns }', '{ AWS = "*" }'],
    ['iam.tf', 'Resource = aws_lambda_alias.live.arn }, { Sid = "ReadLog"', 'Resource = "*" },\n      { Sid = "ReadLog"'],
  ],
  nobody_is_let_in_by_default: [['iam.tf', 'resource "aws_iam_role" "operator" { count = length(var.operator_arns) > 0 ? 1 : 0', 'resource "aws_iam_role" "operator" {\n  count = 1']],

  // variables, beside the validations, all of which disableValidations() takes away
  refuses_a_jar_that_is_not_there: [['scaler.tf', 'condition = fileexists(local.scaler_jar)', 'condition = can(local.scaler_jar)']],
  warns_of_a_rolling_deployment_without_room: [['service.tf', 'condition = local.blue_green ||', 'condition = can(local.blue_green) ||']],
};

const [base, ...only] = process.argv.slice(2);
if (!base || !fs.existsSync(path.join(base, '.terraform'))) {
  console.error('usage: mutants.mjs INITIALISED_COPY_OF_INFRA [RUN...]');
  process.exit(2);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Blanks in a pattern stand for any blanks, so that alignment and line ends do not matter. */
const pattern = (text) => new RegExp(escaped(text).replace(/\s+/g, '\\s+'), 'g');

/** Every validation of every variable lets everything through. */
function disableValidations(folder) {
  for (const file of fs.readdirSync(folder).filter((name) => /^variables.*\.tf$/.test(name)).map((name) => path.join(folder, name))) {
    let name;
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^variable "(\w+)"|^ {4}condition\s+=[\s\S]*?(?=\n {4}error_message)/gm, (text, variable) => {
      name = variable ?? name;
      return variable ? text : `    condition = can(var.${name})`;
    }));
  }
}

/** The runs of a test file, each with what stands before it and the messages it must be seen to give. */
function runsOf(file) {
  const text = fs.readFileSync(path.join(base, 'tests', file), 'utf8');
  const starts = [...text.matchAll(/^run "(\w+)" \{$/gm)];
  return starts.map((start, index) => {
    const block = text.slice(start.index, starts[index + 1]?.index);
    const expected = [...(block.match(/expect_failures = \[([\s\S]*?)\]/)?.[1] ?? '').matchAll(/[\w.]+/g)].map((match) => `object, ${match[0]},`);
    const asserted = [...block.matchAll(/^ {4}error_message = "(.*)"$/gm)].map((match) => match[1]);
    const head = text.slice(0, starts[0].index);
    // ownership.tftest.hcl tells one story: its runs need those before them
    const before = file.startsWith('ownership') ? text.slice(0, start.index) : head;
    return { file, name: start[1], script: before + block, messages: [...expected, ...asserted] };
  });
}

function terraformTest(folder, file) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn('terraform', [`-chdir=${folder}`, 'test', '-no-color', `-filter=${file}`]);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** Breaks a copy for one run; returns what is wrong with the tests, nothing when they noticed. */
async function tryMutant(run, folder) {
  const edits = MUTANTS[run.name] ?? [];
  const refusal = run.file.startsWith('variables') && edits.length === 0;
  if (!refusal && edits.length === 0) return ['there is no mutant for this run'];
  fs.cpSync(base, folder, { recursive: true, verbatimSymlinks: true });
  for (const other of fs.readdirSync(path.join(folder, 'tests')).filter((name) => name.endsWith('.tftest.hcl'))) fs.rmSync(path.join(folder, 'tests', other));
  fs.writeFileSync(path.join(folder, 'tests', 'mutant.tftest.hcl'), run.script);
  if (refusal) disableValidations(folder);
  for (const [file, from, to] of edits) {
    const target = path.join(folder, file);
    const source = fs.readFileSync(target, 'utf8');
    const found = source.match(pattern(from))?.length ?? 0;
    if (found !== 1) return [`${file}: "${from}" stands there ${found} times instead of once`];
    fs.writeFileSync(target, source.replace(pattern(from), () => to));
  }
  const { status, output } = await terraformTest(folder, path.join('tests', 'mutant.tftest.hcl'));
  fs.rmSync(folder, { recursive: true, force: true });
  if (status === 0) return ['the run passes although the module is broken'];
  const flat = output.replace(/\s+/g, ' ');
  const unseen = run.messages.filter((message) => !flat.includes(message.replace(/\s+/g, ' ')));
  return unseen.length === 0 ? [] : [...unseen.map((message) => `never seen: ${message}`), ...output.split('\n').filter((line) => line.startsWith('Error')).slice(0, 6)];
}

const runs = fs.readdirSync(path.join(base, 'tests')).filter((file) => file.endsWith('.tftest.hcl')).sort().flatMap(runsOf)
  .filter((run) => only.length === 0 || only.includes(run.name));
const stale = only.length === 0 ? Object.keys(MUTANTS).filter((name) => !runs.some((run) => run.name === name)) : [];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-mutants-'));
let seen = 0;
let failed = stale.length;
for (const name of stale) console.log(`FAIL  ${name}: a mutant of a run that is gone`);
const queue = runs.entries();
async function worker() {
  for (const [index, run] of queue) {
    const problems = await tryMutant(run, path.join(scratch, String(index)));
    if (problems.length === 0) seen += run.messages.length;
    else {
      failed++;
      console.log(`FAIL  ${run.file} ${run.name}`);
      for (const problem of problems) console.log(`      ${problem}`);
    }
  }
}
await Promise.all(Array.from({ length: Math.min(4, os.availableParallelism()) }, worker));
fs.rmSync(scratch, { recursive: true, force: true });
console.log(`${runs.length} runs; every one of their assertions was seen to fail unless listed above`);
console.log(`${seen} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
