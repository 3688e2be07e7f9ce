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

# ---- hosts --------------------------------------------------------------------------------------

variable "instance_types" {
  description = "GPU instance types in order of preference, all with the same number of GPUs: the scaler counts hosts, so every host must hold the same number of tasks."
  type        = list(string)
  default     = ["g5.2xlarge"]
  nullable    = false

  validation {
    condition     = length(var.instance_types) >= 1 && length(var.instance_types) <= 40 && alltrue([for type in var.instance_types : can(regex("^[a-z][a-z0-9-]*\\.([0-9]*x?large|metal(-[0-9]+xl)?)$", type))])
    error_message = "instance_types needs 1 to 40 EC2 instance types, such as g5.2xlarge."
  }

  validation {
    condition     = length(distinct([for type in var.instance_types : local.instance_shapes[type].gpus if contains(keys(local.instance_shapes), type)])) <= 1
    error_message = "instance_types must all have the same number of GPUs, but these differ: ${join(", ", [for type in var.instance_types : "${type} has ${local.instance_shapes[type].gpus}" if contains(keys(local.instance_shapes), type)])}."
  }
}

variable "gpus_per_host" {
  description = "GPUs of one host. Null derives it from instance_types; needed only for types this module does not know (hosts.tf lists those it does)."
  type        = number
  default     = null

  validation {
    condition     = var.gpus_per_host == null ? length(local.known_gpus) > 0 : (var.gpus_per_host >= 1 && floor(var.gpus_per_host) == var.gpus_per_host)
    error_message = "gpus_per_host must be a whole number of 1 or more; set it when no type in instance_types is known to hosts.tf."
  }

  validation {
    condition     = var.gpus_per_host == null ? true : alltrue([for gpus in values(local.known_gpus) : gpus == var.gpus_per_host])
    error_message = "gpus_per_host contradicts instance_types: ${join(", ", [for type, gpus in local.known_gpus : "${type} has ${gpus}"])}. Leave it out to derive it."
  }
}

variable "ami_id" {
  description = "Host AMI to pin, for instance one with the container image baked in. Null takes the ECS GPU-optimized Amazon Linux 2023 AMI that SSM recommends at plan time."
  type        = string
  default     = null

  validation {
    condition     = var.ami_id == null || can(regex("^ami-[0-9a-f]{8,17}$", var.ami_id))
    error_message = "ami_id must look like ami-0123456789abcdef0, or be null for the recommended one."
  }
}

variable "root_volume_gib" {
  description = "Size of a host's encrypted root volume. It holds the AMI (30 GiB) and the container image with its layers unpacked, twice during a deployment."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.root_volume_gib >= 60 && var.root_volume_gib <= 2000 && floor(var.root_volume_gib) == var.root_volume_gib
    error_message = "root_volume_gib must be a whole number from 60 to 2000: the GPU AMI alone needs 30 and a CUDA image about 10, twice."
  }
}

variable "on_demand_base" {
  description = "Hosts that are always On-Demand before on_demand_percentage applies."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.on_demand_base >= 0 && var.on_demand_base <= var.max_hosts && floor(var.on_demand_base) == var.on_demand_base
    error_message = "on_demand_base must be a whole number from 0 to max_hosts."
  }
}

variable "on_demand_percentage" {
  description = "Share of hosts above on_demand_base that are On-Demand; the rest are Spot. Spot halves the price and may be taken back with two minutes' notice."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.on_demand_percentage >= 0 && var.on_demand_percentage <= 100 && floor(var.on_demand_percentage) == var.on_demand_percentage
    error_message = "on_demand_percentage must be a whole number from 0 to 100."
  }
}

variable "warm_pool" {
  description = "Hosts booted once and then stopped, which serve in a fraction of a cold boot: how many at least, whether they pull the container image before they stop, and how long that may take. Null has none."
  type = object({
    min_size             = number
    prepull_image        = optional(bool, true)
    prepare_time_seconds = optional(number, 900)
  })
  default = null

  validation {
    condition     = var.warm_pool == null ? true : var.warm_pool.min_size >= 1 && var.warm_pool.min_size <= var.max_hosts && floor(var.warm_pool.min_size) == var.warm_pool.min_size
    error_message = "warm_pool.min_size must be a whole number from 1 to max_hosts."
  }

  validation {
    condition     = var.warm_pool == null ? true : var.warm_pool.prepare_time_seconds >= 60 && var.warm_pool.prepare_time_seconds <= 7200
    error_message = "warm_pool.prepare_time_seconds must be 60 to 7200, the longest wait a lifecycle hook allows without a heartbeat."
  }

  validation {
    condition     = var.warm_pool == null ? true : (length(var.instance_types) == 1 && var.on_demand_percentage == 100)
    error_message = "warm_pool needs exactly one type in instance_types and on_demand_percentage = 100: PutWarmPool refuses groups with a mixed instances policy or Spot."
  }
}

variable "min_hosts" {
  description = "Fewest hosts: the ASG's MinSize and the scaler's lower bound."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.min_hosts >= 0 && floor(var.min_hosts) == var.min_hosts
    error_message = "min_hosts must be a whole number of 0 or more."
  }

  validation {
    condition     = var.min_hosts <= var.max_hosts
    error_message = "min_hosts must not exceed max_hosts."
  }
}

variable "max_hosts" {
  description = "Most hosts ever: the ASG's MaxSize, which neither the scaler nor anyone with its role can change. It is the ceiling of the bill."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition     = var.max_hosts >= 1 && var.max_hosts <= 1000 && floor(var.max_hosts) == var.max_hosts
    error_message = "max_hosts must be a whole number from 1 to 1000."
  }

  validation {
    condition     = local.hosts_for_max_tasks <= var.max_hosts
    error_message = "max_hosts cannot hold max_tasks: ceil(${var.max_tasks} tasks / floor(${local.gpus_per_host} / ${var.gpus_per_task}) a host) = ${local.hosts_for_max_tasks} hosts. Raise max_hosts or lower max_tasks."
  }

  validation {
    condition     = !local.blue_green || 2 * local.hosts_for_max_tasks <= var.max_hosts
    error_message = "max_hosts leaves no room for blue/green, which runs both colours at full size: 2 x ${local.hosts_for_max_tasks} = ${2 * local.hosts_for_max_tasks} hosts. Raise max_hosts, lower max_tasks, or set deployment_strategy = \"rolling\"."
  }
}

variable "max_step_hosts" {
  description = "Most hosts that one run of the scaler may add: its blast radius."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.max_step_hosts >= 1 && var.max_step_hosts <= var.max_hosts && floor(var.max_step_hosts) == var.max_step_hosts
    error_message = "max_step_hosts must be a whole number from 1 to max_hosts."
  }
}

# ---- the inference service ----------------------------------------------------------------------

variable "image_tag" {
  description = "Tag of the container image in the repository this module creates. Tags are immutable: a new build is a new tag."
  type        = string
  default     = "1.0.0"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "image_tag must be a container tag of at most 128 characters, and not latest: rollback needs tags that keep their meaning."
  }
}

variable "model_path" {
  description = "Folder inside the image that holds model.onnx and, for text, tokenizer.json (LOCKSTEP_MODEL). Null serves the model the image embeds."
  type        = string
  default     = null

  validation {
    condition     = var.model_path == null || can(regex("^/[A-Za-z0-9._/-]+$", var.model_path))
    error_message = "model_path must be an absolute folder inside the image, such as /models/bge-small, or null for the embedded model."
  }
}

variable "execution_provider" {
  description = "What runs the model (LOCKSTEP_PROVIDER): `cuda`, `tensorrt` or `cpu`."
  type        = string
  default     = "cuda"
  nullable    = false

  validation {
    condition     = contains(["cuda", "tensorrt", "cpu"], var.execution_provider)
    error_message = "execution_provider must be cuda, tensorrt or cpu."
  }
}

variable "environment" {
  description = "Further environment variables of the container, for tuning. Secrets do not belong here: task definitions are readable."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "environment must have names of upper-case letters, digits and underscores."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), ["LOCKSTEP_API_KEYS", "LOCKSTEP_MODEL", "LOCKSTEP_PROTECT_AFTER", "LOCKSTEP_PROVIDER"])) == 0
    error_message = "environment must not set LOCKSTEP_API_KEYS (it comes from the secret), LOCKSTEP_MODEL (use model_path), LOCKSTEP_PROTECT_AFTER (use protect_after_seconds) or LOCKSTEP_PROVIDER (use execution_provider)."
  }
}

variable "gpus_per_task" {
  description = "Whole GPUs that ECS pins to a task."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.gpus_per_task >= 1 && floor(var.gpus_per_task) == var.gpus_per_task
    error_message = "gpus_per_task must be a whole number of 1 or more."
  }

  validation {
    condition     = var.gpus_per_task <= local.gpus_per_host
    error_message = "gpus_per_task must not exceed the ${local.gpus_per_host} GPUs of a host: no host could ever hold a task. Use a larger instance type."
  }
}

variable "task_cpu" {
  description = "CPU units of a task, 1024 a vCPU. As many tasks as fit a host by GPU must also fit it by CPU."
  type        = number
  default     = 6144
  nullable    = false

  validation {
    condition     = var.task_cpu >= 256 && floor(var.task_cpu) == var.task_cpu
    error_message = "task_cpu must be a whole number of 256 or more; 1024 is one vCPU."
  }

  validation {
    condition     = alltrue([for shape in values(local.known_shapes) : var.task_cpu * local.tasks_per_host <= shape.vcpus * 1024])
    error_message = "task_cpu does not fit: ${local.tasks_per_host} task(s) a host need ${var.task_cpu * local.tasks_per_host} units, but ${join(", ", [for type, shape in local.known_shapes : "${type} has ${shape.vcpus * 1024}"])}. The scaler sizes hosts by GPU, so CPU must never be what runs out."
  }
}

variable "task_memory_mib" {
  description = "Memory limit of a task in MiB. As many tasks as fit a host by GPU must also fit it by memory, 8 % of which is left to the system."
  type        = number
  default     = 24576
  nullable    = false

  validation {
    condition     = var.task_memory_mib >= 1024 && floor(var.task_memory_mib) == var.task_memory_mib
    error_message = "task_memory_mib must be a whole number of 1024 or more."
  }

  validation {
    condition     = alltrue([for shape in values(local.known_shapes) : var.task_memory_mib * local.tasks_per_host <= shape.memory_gib * 1024 * 0.92])
    error_message = "task_memory_mib does not fit: ${local.tasks_per_host} task(s) a host need ${var.task_memory_mib * local.tasks_per_host} MiB, but ${join(", ", [for type, shape in local.known_shapes : "${type} offers ${floor(shape.memory_gib * 1024 * 0.92)}"])}. The scaler sizes hosts by GPU, so memory must never be what runs out."
  }
}

variable "desired_tasks" {
  description = "Tasks the service starts with; the ASG starts with the hosts they need, or min_hosts. Read at creation only: the scaler owns both counts from then on."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.desired_tasks >= var.min_tasks && var.desired_tasks <= var.max_tasks && floor(var.desired_tasks) == var.desired_tasks
    error_message = "desired_tasks must be a whole number from min_tasks to max_tasks."
  }
}

variable "min_tasks" {
  description = "Fewest tasks the scaler ever asks for."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.min_tasks >= 0 && floor(var.min_tasks) == var.min_tasks
    error_message = "min_tasks must be a whole number of 0 or more."
  }
}

variable "max_tasks" {
  description = "Most tasks the scaler ever asks for. The default carries 40 requests a second at 8 a task."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_tasks >= 1 && var.max_tasks >= var.min_tasks && floor(var.max_tasks) == var.max_tasks
    error_message = "max_tasks must be a whole number of 1 or more and not below min_tasks."
  }
}

variable "health_check_grace_seconds" {
  description = "Seconds after a task starts in which failing load balancer checks do not kill it: image pull excluded, model load and warm-up included."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.health_check_grace_seconds >= 0 && var.health_check_grace_seconds <= 3600 && floor(var.health_check_grace_seconds) == var.health_check_grace_seconds
    error_message = "health_check_grace_seconds must be a whole number from 0 to 3600."
  }
}

variable "deregistration_delay_seconds" {
  description = "Seconds the load balancer lets requests to a leaving task finish."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.deregistration_delay_seconds >= 10 && var.deregistration_delay_seconds <= 3600 && floor(var.deregistration_delay_seconds) == var.deregistration_delay_seconds
    error_message = "deregistration_delay_seconds must be a whole number from 10 to 3600."
  }
}

variable "stop_timeout_seconds" {
  description = "Seconds between SIGTERM and SIGKILL in which the service finishes what it holds."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.stop_timeout_seconds >= 2 && floor(var.stop_timeout_seconds) == var.stop_timeout_seconds && var.stop_timeout_seconds < var.deregistration_delay_seconds
    error_message = "stop_timeout_seconds must be a whole number of 2 or more and shorter than deregistration_delay_seconds: a task must be gone before the load balancer forgets it."
  }
}

variable "protect_after_seconds" {
  description = "Work of this many seconds or more keeps its task from being chosen for scale-in and deployments while it lasts, see README.md; null protects nothing. Set it to about stop_timeout_seconds when single requests take that long."
  type        = number
  default     = null

  validation {
    condition     = var.protect_after_seconds == null ? true : var.protect_after_seconds >= 1 && var.protect_after_seconds <= 3600 && floor(var.protect_after_seconds) == var.protect_after_seconds
    error_message = "protect_after_seconds must be null or a whole number from 1 to 3600, the longest a request may take."
  }
}

variable "deployment_strategy" {
  description = "`rolling` replaces tasks a few at a time; `blue_green` starts a whole second fleet, shifts the traffic at once and keeps the old one for bake_time_minutes."
  type        = string
  default     = "rolling"
  nullable    = false

  validation {
    condition     = contains(["rolling", "blue_green"], var.deployment_strategy)
    error_message = "deployment_strategy must be rolling or blue_green."
  }
}

variable "rolling_maximum_percent" {
  description = "Tasks of both revisions together during a rolling deployment, in percent of the desired count. The surplus needs GPUs of its own; the scaler finds them."
  type        = number
  default     = 150
  nullable    = false

  validation {
    condition     = var.rolling_maximum_percent > 100 && var.rolling_maximum_percent <= 200 && floor(var.rolling_maximum_percent) == var.rolling_maximum_percent
    error_message = "rolling_maximum_percent must be a whole number from 101 to 200: at 100 no new task could start while all old ones must stay."
  }
}

variable "bake_time_minutes" {
  description = "Minutes for which blue/green keeps the old fleet after the traffic moved, ready for an instant way back."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.bake_time_minutes >= 0 && var.bake_time_minutes <= 1440 && floor(var.bake_time_minutes) == var.bake_time_minutes
    error_message = "bake_time_minutes must be a whole number from 0 to 1440, the longest ECS allows."
  }
}

variable "container_insights" {
  description = "CloudWatch Container Insights of the cluster: `disabled`, `enabled` or `enhanced`. The dashboard does not need it."
  type        = string
  default     = "disabled"
  nullable    = false

  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights must be disabled, enabled or enhanced."
  }
}

# ---- the scaler ---------------------------------------------------------------------------------

variable "scaler_jar" {
  description = "Path of the scaler's jar. Null takes ../scaler-lambda/target/scaler-lambda.jar, where `mvn package` leaves it."
  type        = string
  default     = null

  validation {
    condition     = var.scaler_jar == null || can(regex("\\.(jar|zip)$", var.scaler_jar))
    error_message = "scaler_jar must be the path of a .jar or .zip file."
  }
}

variable "rps_per_task" {
  description = "Requests a second that one task sustains inside the latency budget. Measure it; the scaler learns downwards from it."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition     = var.rps_per_task > 0 && var.rps_per_task <= 100000
    error_message = "rps_per_task must be above 0 and at most 100000."
  }
}

variable "p95_budget_ms" {
  description = "Latency budget at the 95th percentile as the client sees it, in milliseconds. 35 of them are the network's."
  type        = number
  default     = 250
  nullable    = false

  validation {
    condition     = var.p95_budget_ms > 35 && var.p95_budget_ms <= 600000
    error_message = "p95_budget_ms must be above 35, which the load balancer and the network take, and at most 600000."
  }
}

variable "spare" {
  description = "What is kept ready beyond what demand needs: `2 tasks`, `25 %` of the demand, or `0.1 % late`, as much as keeps the answers that are late while demand is steady to that share."
  type        = string
  default     = "0.1 % late"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)? %( late)?$|^[0-9]+ tasks?$", var.spare)) && try(tonumber(regex("^([0-9]+) task", var.spare)[0]) < var.max_tasks, true)
    error_message = "spare must be such as \"2 tasks\" (fewer than max_tasks), \"25 %\" or \"0.1 % late\"."
  }
}

variable "lead_seconds" {
  description = "Seconds from ordering a host to a task serving on it, until the scaler has learned it from the fleet's own launches."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.lead_seconds >= 1 && var.lead_seconds <= 3600 && floor(var.lead_seconds) == var.lead_seconds
    error_message = "lead_seconds must be a whole number from 1 to 3600."
  }
}

variable "forecast" {
  description = "Whether the scaler gets ready for demand that comes at the same time each day, once it has seen that it does."
  type        = bool
  default     = true

  validation {
    condition     = var.forecast != null
    error_message = "forecast must be true or false, not null."
  }
}

variable "schedule" {
  description = "When at least how much is kept, whatever the demand: windows such as `MON-FRI 08:30-18:00 Europe/Berlin 6 tasks` or `DAILY 19:00-23:00 UTC 30 rps`, with semicolons between; `none` for never."
  type        = string
  default     = "none"

  validation {
    condition     = var.schedule != null && can(regex("^(none|.*[0-9] (tasks|rps))$", var.schedule)) && length(coalesce(var.schedule, "-")) <= 1000
    error_message = "schedule must be `none` or windows that each end in a number of tasks or rps, at most 1,000 characters."
  }
}

variable "task_release" {
  description = "When new tasks are asked of ECS: `on-registration`, as each host registers, or `together` with their hosts. ECS backs off from tasks it cannot place, so that tasks asked for together with hosts that take minutes wait longer than their hosts."
  type        = string
  default     = "on-registration"
  nullable    = false

  validation {
    condition     = contains(["together", "on-registration"], var.task_release)
    error_message = "task_release must be together or on-registration."
  }
}

variable "dry_run" {
  description = "Whether the scaler decides and reports but changes nothing."
  type        = bool
  default     = false

  validation {
    condition     = var.dry_run != null
    error_message = "dry_run must be true or false, not null."
  }
}

variable "operator_arns" {
  description = "IAM roles or users that may assume the role for manual invocation (observe, scale, hold, release). Empty creates no role."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.operator_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "operator_arns must be ARNs of IAM roles or users, without wildcards."
  }
}

# ---- alerts and cost ----------------------------------------------------------------------------

variable "alert_emails" {
  description = "Addresses that hear of the scaler's and the fleet's alarms. Each must confirm its subscription once."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alert_emails must be e-mail addresses."
  }
}

variable "shortage_minutes" {
  description = "Minutes for which tasks may be short of desired before someone is told. Longer than the lead time, or every surge is an alert."
  type        = number
  default     = 15
  nullable    = false

  validation {
    condition     = var.shortage_minutes * 60 > var.lead_seconds && var.shortage_minutes <= 180 && floor(var.shortage_minutes) == var.shortage_minutes
    error_message = "shortage_minutes must be a whole number of minutes, longer than lead_seconds and at most 180."
  }
}

variable "host_hourly_price_usd" {
  description = "Price of one host an hour in US dollars, for the dashboard's cost graph. The default is g5.2xlarge On-Demand in us-east-1."
  type        = number
  default     = 1.212
  nullable    = false

  validation {
    condition     = var.host_hourly_price_usd > 0 && var.host_hourly_price_usd <= 200
    error_message = "host_hourly_price_usd must be above 0 and at most 200."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly cost of everything tagged with this project at which AWS Budgets alerts (80 % spent, 100 % forecast). Null has no budget."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be above 0, or null for no budget."
  }
}
