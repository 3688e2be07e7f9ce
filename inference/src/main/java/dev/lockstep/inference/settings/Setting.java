package dev.lockstep.inference.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a setting is for, beside the {@code @Property} that reads it, whose name is the
 * variable's in dots and lower case. {@code --help} lists what is declared so, and nothing else.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Setting {
  /** What it is for, in plain text. */
  String value();

  /** What holds when it is not set, where that is more than the property's default value. */
  String byDefault() default "";
}
