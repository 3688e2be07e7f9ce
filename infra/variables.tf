# ---- the installation ---------------------------------------------------------------------------

variable "name" {
  description = "Prefix of every resource's name, and the value of the `project` tag. One installation a name, account and region."
  type        = string
  default     = "lockstep"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen: load balancer and target group names are built from it and end at 32 characters."
  }
}

variable "region" {
  description = "AWS Region to build in."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS Region's code, such as us-east-1 or eu-west-1."
  }
}

variable "tags" {
  description = "Tags for every resource, hosts and volumes included. `project` and `managed-by` are added."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^.{1,128}$", key)) && length(value) <= 256 && !startswith(lower(key), "aws:")])
    error_message = "tags must have keys of 1 to 128 characters that do not begin with aws:, and values of at most 256 characters."
  }

  validation {
    condition     = length(setintersection(keys(var.tags), ["project", "managed-by"])) == 0
    error_message = "tags must not contain project or managed-by: the module sets both, and cost and access rules rely on them."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses deletion, buckets and repositories refuse deletion with contents, and deleted secrets wait 30 days. Set false and apply before `terraform destroy`."
  type        = bool
  default     = true

  validation {
    condition     = var.deletion_protection != null
    error_message = "deletion_protection must be true or false, not null."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the service's and the scaler's logs."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a period CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

# ---- network and load balancer ------------------------------------------------------------------

variable "existing_network" {
  description = "Your own VPC: its id, two or more public subnets for the load balancer and two or more private subnets, with a way out, for hosts and tasks. Null builds a new one."
  type = object({
    vpc_id             = string
    public_subnet_ids  = list(string)
    private_subnet_ids = list(string)
  })
  default = null

  validation {
    condition     = var.existing_network == null ? true : can(regex("^vpc-[0-9a-f]+$", var.existing_network.vpc_id))
    error_message = "existing_network.vpc_id must look like vpc-0123456789abcdef0."
  }

  validation {
    condition = var.existing_network == null ? true : alltrue([
      for ids in [var.existing_network.public_subnet_ids, var.existing_network.private_subnet_ids] :
      length(distinct(ids)) >= 2 && alltrue([for id in ids : can(regex("^subnet-[0-9a-f]+$", id))])
    ])
    error_message = "existing_network needs two or more different subnets of each kind, in different Availability Zones, each like subnet-0123456789abcdef0: a load balancer requires two zones."
  }

  validation {
    condition     = var.existing_network == null ? true : length(setintersection(var.existing_network.public_subnet_ids, var.existing_network.private_subnet_ids)) == 0
    error_message = "existing_network must not name a subnet as both public and private: hosts have no public address and need a route through NAT or endpoints."
  }
}

variable "vpc_cidr" {
  description = "Address range of the new VPC, a /16 to /20. Unused with existing_network."
  type        = string
  default     = "10.40.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 20, false)
    error_message = "vpc_cidr must be an IPv4 range from /16 to /20, such as 10.40.0.0/16: every task takes an address of its own."
  }
}

variable "availability_zone_count" {
  description = "Availability Zones of the new VPC. More zones find GPU capacity more often. Unused with existing_network."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([2, 3, 4], var.availability_zone_count)
    error_message = "availability_zone_count must be 2, 3 or 4: a load balancer requires two."
  }
}

variable "private_egress" {
  description = "How hosts and tasks reach AWS from the new VPC: `nat` (one gateway), `nat_per_zone` (survives a zone) or `endpoints` (no way to the internet at all). Costs are in README.md. Unused with existing_network."
  type        = string
  default     = "nat"
  nullable    = false

  validation {
    condition     = contains(["nat", "nat_per_zone", "endpoints"], var.private_egress)
    error_message = "private_egress must be nat, nat_per_zone or endpoints."
  }
}

variable "allowed_cidrs" {
  description = "Address ranges that may reach the load balancer on 443 and 80."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr))])
    error_message = "allowed_cidrs needs at least one IPv4 range, such as 203.0.113.0/24, or 0.0.0.0/0 for everyone."
  }
}

variable "certificate_arn" {
  description = "ACM certificate for the HTTPS listener, in the same Region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:${var.region}:[0-9]{12}:certificate/[0-9a-f-]{36}$", var.certificate_arn))
    error_message = "certificate_arn must be an ACM certificate's ARN in the Region of var.region: a load balancer cannot use one of another Region."
  }
}

variable "domain_name" {
  description = "Name that the certificate is for and that clients call. Point it at the output alb_dns_name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name must be a full host name in lower case without a scheme, such as inference.example.com."
  }
}

variable "tls_policy" {
  description = "Security policy of the HTTPS listener: which TLS versions and ciphers it accepts."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  nullable    = false

  validation {
    condition     = can(regex("^ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-20[0-9]{2}-[0-9]{2}$", var.tls_policy))
    error_message = "tls_policy must be an ELBSecurityPolicy-TLS13-1-2-... or ELBSecurityPolicy-TLS13-1-3-... policy: TLS 1.1 and older are refused."
  }
}

variable "grpc" {
  description = "Whether the Open Inference Protocol is served by gRPC too, on the same name and port 443. Choose before the first apply, or see README.md."
  type        = bool
  default     = false

  validation {
    condition     = var.grpc != null
    error_message = "grpc must be true or false, not null."
  }
}

variable "access_log_retention_days" {
  description = "Days that the load balancer's access logs stay in S3."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.access_log_retention_days >= 1 && var.access_log_retention_days <= 3650 && floor(var.access_log_retention_days) == var.access_log_retention_days
    error_message = "access_log_retention_days must be a whole number from 1 to 3650."
  }
}
