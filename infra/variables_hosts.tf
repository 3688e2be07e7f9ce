# What hosts are and how many there may be.

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
