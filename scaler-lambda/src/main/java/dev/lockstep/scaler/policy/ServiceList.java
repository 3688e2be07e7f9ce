package dev.lockstep.scaler.policy;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Many services in one variable, {@code LOCKSTEP_SERVICES}: a JSON list of objects, or the path of
 * a file that holds one, because Lambda's environment ends at 4 KB and a layer's files do not. Each
 * object has the settings of one service by their names in lower case; what it does not say, the
 * environment says for all.
 *
 * <pre>
 *   [{"service": "embed", "target_group": "targetgroup/embed/1", "max_tasks": 12},
 *    {"service": "rerank", "target_group": "targetgroup/rerank/2", "gpus_per_task": 2}]
 * </pre>
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html">Lambda
 *     quotas</a>
 */
final class ServiceList {
  static final String VARIABLE = "LOCKSTEP_SERVICES";

  private static final int LARGEST_FILE_BYTES = 4 << 20;

  private ServiceList() {}

  /** The environment of each service; the given one alone when no list is set. */
  static List<Map<String, String>> from(Map<String, String> environment) {
    String value = environment.getOrDefault(VARIABLE, "").strip();
    if (value.isEmpty()) {
      return List.of(environment);
    }
    List<Map<String, String>> services = new ArrayList<>();
    for (Object entry : entries(value.startsWith("[") ? value : file(value))) {
      services.add(environment(entry, services.size(), environment));
    }
    return List.copyOf(services);
  }

  private static List<Object> entries(String json) {
    try {
      return JSON.std.listFrom(json);
    } catch (IOException notJson) {
      throw new InvalidPolicyException(
          "%s is not a JSON list of objects: %s"
              .formatted(
                  VARIABLE, String.valueOf(notJson.getMessage()).lines().findFirst().orElse("")));
    }
  }

  private static String file(String path) {
    try {
      Path file = Path.of(path);
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw new InvalidPolicyException(
            "%s names %s, which has %d bytes; at most %d are read"
                .formatted(VARIABLE, path, Files.size(file), LARGEST_FILE_BYTES));
      }
      return Files.readString(file);
    } catch (IOException | InvalidPathException unreadable) {
      throw new InvalidPolicyException(
          "%s is '%s', which is neither a JSON list nor a file that can be read: %s"
              .formatted(VARIABLE, path, unreadable.getMessage()));
    }
  }

  private static Map<String, String> environment(
      Object entry, int index, Map<String, String> shared) {
    String place = "%s[%d]".formatted(VARIABLE, index);
    if (!(entry instanceof Map<?, ?> settings)) {
      throw new InvalidPolicyException("%s is %s but must be an object".formatted(place, entry));
    }
    Map<String, String> environment = new HashMap<>(shared);
    settings.forEach((name, value) ->
        environment.put(setting(place, String.valueOf(name)).variable(), text(place, name, value)));
    return environment;
  }

  private static Setting setting(String place, String name) {
    Optional<Setting> setting =
        Arrays.stream(Setting.values()).filter(one -> label(one).equals(name)).findFirst();
    return setting.orElseThrow(() ->
        new InvalidPolicyException(
            "%s.%s is no setting; there are %s"
                .formatted(
                    place,
                    name,
                    String.join(
                        ", ", Arrays.stream(Setting.values()).map(ServiceList::label).toList()))));
  }

  private static String label(Setting setting) {
    return setting.name().toLowerCase(Locale.ROOT);
  }

  private static String text(String place, Object name, Object value) {
    return switch (value) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case null, default ->
          throw new InvalidPolicyException(
              "%s.%s is %s but must be a string, a number, true or false"
                  .formatted(place, name, value));
    };
  }
}
