# HTTPS in, least outstanding requests out. With blue/green there are two target groups and a second
# listener rule that reaches the colour under test.

locals {
  colours = toset(local.blue_green ? ["blue", "green"] : ["blue"])

  # Of each colour HTTP's group and, with gRPC, a second one. Each task is in both, so that their
  # requests add up and their targets do not.
  target_groups_of_colour = {
    for colour in local.colours : colour => merge(
      { (colour) = aws_lb_target_group.colour[colour] },
      { for name in ["${colour}-grpc"] : name => aws_lb_target_group.grpc[colour] if var.grpc },
    )
  }
  target_groups = merge(values(local.target_groups_of_colour)...)
}

resource "aws_lb" "this" {
  name                       = "${var.name}-alb"
  load_balancer_type         = "application"
  subnets                    = local.public_subnet_ids
  security_groups            = [aws_security_group.load_balancer.id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.access_logs.id
  }

  depends_on = [aws_s3_bucket_policy.access_logs] # the load balancer tests the bucket when it is created
}

resource "aws_lb_target_group" "colour" {
  for_each                      = local.colours
  name                          = "${var.name}-${each.key}"
  vpc_id                        = local.vpc_id
  target_type                   = "ip" # awsvpc tasks have addresses of their own
  protocol                      = "HTTP"
  port                          = local.container_port
  deregistration_delay          = var.deregistration_delay_seconds
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = var.tls_policy
  certificate_arn   = var.certificate_arn

  # Never reached: the production rule matches everything. It forwards all the same, because ECS
  # refuses blue/green on listeners that mix forward with other actions.
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.colour["blue"].arn
  }

  lifecycle {
    ignore_changes = [default_action]
  }
}

resource "aws_lb_listener_rule" "production" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = local.colours

        content {
          arn    = aws_lb_target_group.colour[target_group.key].arn
          weight = target_group.key == "blue" ? 100 : 0
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [action] # ECS moves the weights in each blue/green deployment
  }
}

# Requests with this header reach the new colour before anyone else does. Same port, so nothing more
# is open; API keys are still required.
resource "aws_lb_listener_rule" "test" {
  count        = local.blue_green ? 1 : 0
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

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
        for_each = local.colours

        content {
          arn    = aws_lb_target_group.colour[target_group.key].arn
          weight = target_group.key == "green" ? 100 : 0
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [action] # as above
  }
}

# ---- access logs ---------------------------------------------------------------------------------

resource "aws_s3_bucket" "access_logs" {
  bucket_prefix = "${var.name}-access-logs-"
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  bucket                  = aws_s3_bucket.access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256" # load balancers cannot write logs under a KMS key
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.access_log_retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id
  policy = jsonencode(local.access_logs_bucket_policy)

  depends_on = [aws_s3_bucket_public_access_block.access_logs]
}
