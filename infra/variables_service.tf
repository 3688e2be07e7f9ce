# What runs in a task, how many tasks there may be, and how a new version replaces the old one.

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
    condition     = length(setintersection(keys(var.environment), ["LOCKSTEP_API_KEYS", "LOCKSTEP_GRPC_PORT", "LOCKSTEP_MODEL", "LOCKSTEP_PROTECT_AFTER", "LOCKSTEP_PROVIDER"])) == 0
    error_message = "environment must not set LOCKSTEP_API_KEYS (it comes from the secret), LOCKSTEP_GRPC_PORT (use grpc), LOCKSTEP_MODEL (use model_path), LOCKSTEP_PROTECT_AFTER (use protect_after_seconds) or LOCKSTEP_PROVIDER (use execution_provider)."
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
