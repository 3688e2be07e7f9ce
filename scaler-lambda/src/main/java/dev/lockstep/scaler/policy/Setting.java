package dev.lockstep.scaler.policy;

import java.util.List;
import java.util.Map;

/**
 * The environment variables that configure the function, each {@code LOCKSTEP_} plus the constant's
 * name. All are required: a default hidden in the code would be a bound nobody chose. The Terraform
 * module sets exactly these; a test compares the two.
 */
public enum Setting {
  CLUSTER("the ECS cluster's name"),
  SERVICE("the ECS service's name"),
  ASG("the Auto Scaling group's name"),
  LOAD_BALANCER("the load balancer as CloudWatch names it: app/NAME/ID"),
  TARGET_GROUP(
      "the target group as CloudWatch names it: targetgroup/NAME/ID, or both colours of a"
          + " blue/green service with a comma between; where tasks are in several groups, one for"
          + " each protocol, with a plus sign between those of one colour"),
  RPS_PER_TASK("requests a second that one task sustains inside its latency budget, above 0"),
  P95_BUDGET_MS("the latency budget at the 95th percentile in milliseconds, above 0"),
  GPUS_PER_TASK("whole GPUs that a task holds, 1 or more"),
  GPUS_PER_HOST("whole GPUs of a host, no fewer than a task's"),
  MIN_TASKS("the fewest tasks ever wanted, 0 or more"),
  MAX_TASKS("the most tasks ever wanted, no fewer than the minimum"),
  MIN_HOSTS("the fewest hosts ever wanted, 0 or more"),
  MAX_HOSTS("the most hosts ever wanted, enough to hold the most tasks"),
  MAX_STEP_HOSTS("the most hosts that one run may add, 1 or more"),
  SPARE(
      "what is kept ready beyond what demand needs: '2 tasks', '25 %' of the demand, or '0.1 %"
          + " late' for as much as keeps late answers to that share"),
  LEAD_SECONDS("seconds from ordering a host to a task serving on it, above 0"),
  FORECAST("true to be ready for demand that comes at the same time each day, else false"),
  SCHEDULE(
      "when at least how much is kept, such as 'MON-FRI 08:30-18:00 Europe/Berlin 6 tasks'; empty"
          + " for never"),
  TASK_RELEASE("when new tasks are asked of ECS: together (with their hosts) or on-registration"),
  DRY_RUN("true to decide and report but change nothing, else false");

  private final String meaning;

  Setting(String meaning) {
    this.meaning = meaning;
  }

  /** What the variable is and which values it may have, in one line for error messages. */
  public String meaning() {
    return meaning;
  }

  /** The environment variable's full name. */
  public String variable() {
    return "LOCKSTEP_" + name();
  }

  String text(Map<String, String> environment) {
    String value = environment.getOrDefault(variable(), "").strip();
    if (value.isEmpty()) {
      throw new InvalidPolicyException(variable() + " is not set; it is " + meaning);
    }
    return value;
  }

  List<String> list(Map<String, String> environment) {
    return List.of(text(environment).split("\\s*,\\s*"));
  }

  int wholeNumber(Map<String, String> environment) {
    String value = text(environment);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException _) {
      throw invalid(value, "a whole number");
    }
  }

  double number(Map<String, String> environment) {
    String value = text(environment);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException _) {
      throw invalid(value, "a number");
    }
  }

  boolean flag(Map<String, String> environment) {
    String value = text(environment);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(value, "true or false");
    };
  }

  InvalidPolicyException invalid(String seen, String needed) {
    return new InvalidPolicyException(
        "%s is '%s' but must be %s; it is %s".formatted(variable(), seen, needed, meaning));
  }
}
