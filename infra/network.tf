# A new VPC unless existing_network names one, and the security groups in either.

data "aws_availability_zones" "available" {
  count = var.existing_network == null ? 1 : 0
  state = "available"

  filter { # Local Zones have no GPU hosts and no load balancers of this kind
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Of your own VPC only where its subnets are, for the alarms on empty zones.
data "aws_subnet" "existing" {
  for_each = toset(var.existing_network == null ? [] : var.existing_network.private_subnet_ids)
  id       = each.key
}

locals {
  zones = var.existing_network == null ? slice(data.aws_availability_zones.available[0].names, 0, var.availability_zone_count) : []

  # Where tasks run, in either VPC.
  task_zones = var.existing_network == null ? local.zones : sort(distinct(values(data.aws_subnet.existing)[*].availability_zone))

  # Zone -> index: public subnets take the lower half of the range, private ones the upper.
  zone_index = { for index, zone in local.zones : zone => index }
  nat_zones  = { nat = slice(local.zones, 0, min(1, length(local.zones))), nat_per_zone = local.zones, endpoints = [] }[var.private_egress]

  vpc_id             = var.existing_network == null ? aws_vpc.this[0].id : var.existing_network.vpc_id
  public_subnet_ids  = var.existing_network == null ? [for zone in local.zones : aws_subnet.public[zone].id] : var.existing_network.public_subnet_ids
  private_subnet_ids = var.existing_network == null ? [for zone in local.zones : aws_subnet.private[zone].id] : var.existing_network.private_subnet_ids

  # What hosts and tasks call: the agent, image pulls, logs, metrics, the secret, Session Manager.
  interface_endpoints = var.existing_network == null && var.private_egress == "endpoints" ? toset([
    "autoscaling", "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "monitoring",
    "secretsmanager", "ssm", "ssmmessages",
  ]) : toset([])
}

resource "aws_vpc" "this" {
  count                = var.existing_network == null ? 1 : 0
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true # interface endpoints need it

  tags = { Name = var.name }
}

# The group AWS puts on anything launched without one: emptied, so that a mistake is unreachable.
resource "aws_default_security_group" "closed" {
  count   = var.existing_network == null ? 1 : 0
  vpc_id  = aws_vpc.this[0].id
  ingress = []
  egress  = []

  tags = { Name = "${var.name}-default-closed" }
}

resource "aws_subnet" "public" {
  for_each          = local.zone_index
  vpc_id            = aws_vpc.this[0].id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value)

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each          = local.zone_index
  vpc_id            = aws_vpc.this[0].id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value + 8)

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_internet_gateway" "this" {
  count  = var.existing_network == null ? 1 : 0
  vpc_id = aws_vpc.this[0].id

  tags = { Name = var.name }
}

resource "aws_route_table" "public" {
  count  = var.existing_network == null ? 1 : 0
  vpc_id = aws_vpc.this[0].id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[0].id
  }

  tags = { Name = "${var.name}-public" }
}

resource "aws_route_table_association" "public" {
  for_each       = local.zone_index
  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_eip" "nat" {
  for_each = toset(local.nat_zones)
  domain   = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "this" {
  for_each      = toset(local.nat_zones)
  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "private" {
  for_each = local.zone_index
  vpc_id   = aws_vpc.this[0].id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route" "private_nat" {
  for_each               = length(local.nat_zones) > 0 ? local.zone_index : {}
  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[contains(local.nat_zones, each.key) ? each.key : local.nat_zones[0]].id
}

resource "aws_route_table_association" "private" {
  for_each       = local.zone_index
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

# Image layers come from S3; through this free endpoint they cost no NAT traffic.
resource "aws_vpc_endpoint" "s3" {
  count             = var.existing_network == null ? 1 : 0
  vpc_id            = aws_vpc.this[0].id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for zone in local.zones : aws_route_table.private[zone].id]

  tags = { Name = "${var.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = local.interface_endpoints
  vpc_id              = aws_vpc.this[0].id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.private_subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]

  tags = { Name = "${var.name}-${each.key}" }
}

# ---- who may talk to whom: world -> load balancer -> tasks; hosts listen to nobody ---------------

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Clients to the load balancer"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-load-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = {
    for pair in setproduct(var.allowed_cidrs, [443, 80]) : "${pair[0]}-${pair[1]}" => { cidr = pair[0], port = pair[1] }
  }
  security_group_id = aws_security_group.load_balancer.id
  description       = each.value.port == 443 ? "HTTPS" : "HTTP, redirected to HTTPS"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_tasks" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "Requests and health checks"
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = local.container_port
  to_port                      = local.container_port
}

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Inference tasks"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-tasks" }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_to_tasks" {
  security_group_id            = aws_security_group.tasks.id
  description                  = "Only the load balancer"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.container_port
  to_port                      = local.container_port
}

resource "aws_vpc_security_group_egress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  description       = "Metrics to CloudWatch"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# No ingress at all: people come in through Session Manager, which the agent dials out to.
resource "aws_security_group" "hosts" {
  name        = "${var.name}-hosts"
  description = "GPU hosts"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-hosts" }
}

resource "aws_vpc_security_group_egress_rule" "hosts" {
  security_group_id = aws_security_group.hosts.id
  description       = "ECS, ECR, CloudWatch, Secrets Manager, Session Manager"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_security_group" "endpoints" {
  count       = length(local.interface_endpoints) > 0 ? 1 : 0
  name        = "${var.name}-endpoints"
  description = "Hosts and tasks to AWS, without the internet"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each                     = length(local.interface_endpoints) > 0 ? { hosts = aws_security_group.hosts.id, tasks = aws_security_group.tasks.id } : {}
  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "HTTPS from ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
