package dev.lockstep.scaler.policy;

import java.util.List;

/**
 * The target groups of one revision's tasks: one, or one for each protocol that the tasks speak.
 * Each task is in all of them, so that their requests add up and their targets do not.
 *
 * @param targetGroups as CloudWatch names them, {@code targetgroup/NAME/ID}
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html">Registering
 *     multiple target groups with a service</a>
 */
public record Colour(List<String> targetGroups) {
  /** As many target groups as ECS lets a service have. */
  static final int MOST_TARGET_GROUPS = 5;

  public Colour {
    targetGroups = List.copyOf(targetGroups);
    for (String targetGroup : targetGroups) {
      if (!targetGroup.matches("targetgroup/[^/]+/[^/]+")) {
        throw new IllegalArgumentException(
            "the target group is targetgroup/NAME/ID, not '" + targetGroup + "'");
      }
    }
    if (targetGroups.isEmpty() || targetGroups.size() > MOST_TARGET_GROUPS) {
      throw new IllegalArgumentException(
          "a task is in 1 to %d target groups, not %d"
              .formatted(MOST_TARGET_GROUPS, targetGroups.size()));
    }
  }

  /** Reads target groups with a plus sign between. */
  static Colour parse(String text) {
    return new Colour(List.of(text.split("\\s*\\+\\s*", -1)));
  }
}
