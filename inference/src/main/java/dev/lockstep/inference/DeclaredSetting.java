package dev.lockstep.inference;

import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.io.service.ServiceDefinition;
import io.micronaut.core.io.service.SoftServiceLoader;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.inject.BeanDefinitionReference;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A setting as it is declared where it is read, in what the build knows of this server's beans. No
 * list of its own, which could differ from what holds.
 *
 * @param property its name as the framework has it
 * @param type what it is read as
 * @param meaning what it is for
 * @param byDefault what holds when it is not set
 */
record DeclaredSetting(String property, Argument<?> type, String meaning, String byDefault) {
  private static final String OURS = DeclaredSetting.class.getPackageName() + ".";

  /** All that there are, in the order of their names. */
  static List<DeclaredSetting> all() {
    return arguments()
        .flatMap(argument -> of(argument).stream())
        .sorted(Comparator.comparing(DeclaredSetting::variable))
        .toList();
  }

  /** What this server's beans are made of. */
  static Stream<Argument<?>> arguments() {
    Stream.Builder<Argument<?>> found = Stream.builder();
    for (ServiceDefinition<?> service : SoftServiceLoader.load(BeanDefinitionReference.class)) {
      if (service.getName().startsWith(OURS)
          && service.load() instanceof BeanDefinitionReference<?> bean) {
        for (Argument<?> argument : bean.load().getConstructor().getArguments()) {
          found.add(argument);
        }
      }
    }
    return found.build();
  }

  private static Optional<DeclaredSetting> of(Argument<?> argument) {
    AnnotationMetadata said = argument.getAnnotationMetadata();
    return said.stringValue(Setting.class)
        .map(meaning ->
            new DeclaredSetting(
                said.stringValue(Property.class, "name").orElseThrow(),
                argument.isOptional() ? argument.getFirstTypeVariable().orElseThrow() : argument,
                meaning,
                said.stringValue(Setting.class, "byDefault")
                    .or(() -> said.stringValue(Property.class, "defaultValue"))
                    .orElse("none")));
  }

  /** The environment's name for it. */
  String variable() {
    return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** What is wrong with the first that is set and cannot be read. */
  static Optional<String> unreadable(PropertyResolver environment) {
    return all().stream().flatMap(setting -> setting.complaint(environment).stream()).findFirst();
  }

  /** What is wrong with a value that is set and cannot be read as what it is to be. */
  private Optional<String> complaint(PropertyResolver environment) {
    return environment.getProperty(property, type.getType()).isPresent()
        ? Optional.empty()
        : environment
            .getProperty(property, String.class)
            .map(value -> "%s is '%s'; %s is needed".formatted(variable(), value, needed()));
  }

  private String needed() {
    Class<?> wanted = type.getWrapperType();
    if (Number.class.isAssignableFrom(wanted)) {
      return "a whole number";
    }
    return wanted == Duration.class ? "a time such as 200ms or 30s" : "a value of another form";
  }
}
