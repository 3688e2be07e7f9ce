package dev.lockstep.inference;

import dev.lockstep.inference.settings.UnusableSettingException;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.env.Environment;

/**
 * Refuses a start with a setting that cannot be read. The framework takes the default in place of a
 * time that is none, and nobody would know.
 */
@Context
final class ReadableSettings {
  ReadableSettings(Environment environment) {
    DeclaredSetting.unreadable(environment)
        .ifPresent(complaint -> {
          throw new UnusableSettingException(complaint);
        });
  }
}
