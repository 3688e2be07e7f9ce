terraform {
  required_version = ">= 1.11" # tests use override_during; validations refer to other variables

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.21, < 7.0" # the first with the java25 runtime and the whole of ECS blue/green
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account_id   = data.aws_caller_identity.current.account_id
  partition    = data.aws_partition.current.partition
  dns_suffix   = data.aws_partition.current.dns_suffix
  service_name = "${var.name}-inference"
  asg_name     = "${var.name}-hosts"
  scaler_name  = "${var.name}-scaler"
  blue_green   = var.deployment_strategy == "blue_green"

  # "project" last: budgets, dashboards and IAM conditions rely on it.
  tags = merge(var.tags, { managed-by = "terraform", project = var.name })
}
