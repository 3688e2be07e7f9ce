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
