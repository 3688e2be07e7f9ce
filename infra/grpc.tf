# The Open Inference Protocol by gRPC, beside HTTP on the same name, certificate and port 443; nothing of it unless
# var.grpc asks. The load balancer ends TLS and speaks HTTP/2 in clear to a port of its own of the same tasks, through a
# second target group of each colour: a target group has one protocol version, and HTTP's has HTTP/1.1.

locals {
  grpc_port    = 9000
  grpc_colours = var.grpc ? local.colours : toset([])
}

resource "aws_lb_target_group" "grpc" {
  for_each                      = local.grpc_colours
  name                          = "${var.name}-${each.key}-grpc"
  vpc_id                        = local.vpc_id
  target_type                   = "ip"
  protocol                      = "HTTP"
  protocol_version              = "GRPC"
  port                          = local.grpc_port
  deregistration_delay          = var.deregistration_delay_seconds
  load_balancing_algorithm_type = "least_outstanding_requests" # with which there is no slow start

  # The load balancer judges by a call's status and reads no message. gRPC's own health check answers OK whatever it
  # says, so that a task would be healthy before it has loaded its model. 8 is RESOURCE_EXHAUSTED: a server that is
  # full is not a dead one.
  health_check {
    path                = "/lockstep.Readiness/Check"
    matcher             = "0,8"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

# This service and no other: health and readiness need no key, so they are for the load balancer alone. Calls of them
# match the production rule, whose target groups speak HTTP/1.1, and the load balancer refuses them.
resource "aws_lb_listener_rule" "grpc" {
  count        = var.grpc ? 1 : 0
  listener_arn = aws_lb_listener.https.arn
  priority     = 50

  condition {
    path_pattern {
      values = ["/inference.GRPCInferenceService/*"]
    }
  }

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = local.grpc_colours

        content {
          arn    = aws_lb_target_group.grpc[target_group.key].arn
          weight = target_group.key == "blue" ? 100 : 0
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [action] # ECS moves the weights, as in the production rule
  }
}

# Before the test rule, which would send calls with its header to the groups of HTTP.
resource "aws_lb_listener_rule" "grpc_test" {
  count        = var.grpc && local.blue_green ? 1 : 0
  listener_arn = aws_lb_listener.https.arn
  priority     = 5

  condition {
    path_pattern {
      values = ["/inference.GRPCInferenceService/*"]
    }
  }

  condition {
    http_header {
      http_header_name = "X-Lockstep-Test"
      values           = ["green"]
    }
  }

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = local.grpc_colours

        content {
          arn    = aws_lb_target_group.grpc[target_group.key].arn
          weight = target_group.key == "green" ? 100 : 0
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [action] # as above
  }
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_tasks_grpc" {
  count                        = var.grpc ? 1 : 0
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "gRPC calls and health checks"
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_to_tasks_grpc" {
  count                        = var.grpc ? 1 : 0
  security_group_id            = aws_security_group.tasks.id
  description                  = "Only the load balancer, by gRPC"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.grpc_port
  to_port                      = local.grpc_port
}
