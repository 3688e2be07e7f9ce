package dev.lockstep.drills.operator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command of a page, taken apart.
 *
 * @param name what is called: {@code aws ecs update-service}, {@code terraform apply}
 * @param options by their names without dashes; a flag has no value
 * @param arguments what belongs to no option
 */
public record CliCommand(String name, Map<String, List<String>> options, List<String> arguments) {
  private static final int WORDS_OF_AN_AWS_NAME = 3;

  public CliCommand {
    options = Map.copyOf(options);
    arguments = List.copyOf(arguments);
  }

  /**
   * Takes one command apart.
   *
   * @param variables the value of a shell variable
   * @throws IllegalArgumentException when it is neither AWS's command line nor Terraform's
   */
  public static CliCommand parse(String text, UnaryOperator<String> variables) {
    return of(CommandLineText.words(text.strip(), 0, variables));
  }

  /** The same from its words. */
  public static CliCommand of(List<String> words) {
    String program = words.isEmpty() ? "" : words.getFirst();
    return switch (program) {
      case "aws" -> aws(words);
      case "terraform" -> terraform(words);
      default ->
          throw new IllegalArgumentException(
              "the command begins with '%s' but must begin with aws or terraform"
                  .formatted(program));
    };
  }

  /** {@code aws SERVICE OPERATION --option value ...}. */
  private static CliCommand aws(List<String> words) {
    if (words.size() < WORDS_OF_AN_AWS_NAME) {
      throw new IllegalArgumentException(
          "'%s' is no command; it is aws SERVICE OPERATION".formatted(String.join(" ", words)));
    }
    Map<String, List<String>> options = new LinkedHashMap<>();
    List<String> arguments = new ArrayList<>();
    List<String> values = arguments;
    for (String word : words.subList(WORDS_OF_AN_AWS_NAME, words.size())) {
      if (word.startsWith("--")) {
        values = options.computeIfAbsent(word.substring(2), _ -> new ArrayList<>());
      } else {
        values.add(word);
      }
    }
    return new CliCommand(
        String.join(" ", words.subList(0, WORDS_OF_AN_AWS_NAME)), options, arguments);
  }

  /** {@code terraform -chdir=infra apply -var name=value ...}. */
  private static CliCommand terraform(List<String> words) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    List<String> arguments = new ArrayList<>();
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-var") && i + 1 < words.size()) {
        i++;
        options.computeIfAbsent("var", _ -> new ArrayList<>()).add(words.get(i));
      } else if (word.startsWith("-")) {
        options.computeIfAbsent(word.substring(1), _ -> new ArrayList<>());
      } else {
        arguments.add(word);
      }
    }
    return new CliCommand(
        Stream.concat(Stream.of("terraform"), arguments.stream()).collect(Collectors.joining(" ")),
        options,
        List.of());
  }

  /**
   * The first value of an option; what follows may be an argument.
   *
   * @throws IllegalArgumentException when there is none
   */
  public String value(String option) {
    List<String> values = options.getOrDefault(option, List.of());
    if (values.isEmpty()) {
      throw new IllegalArgumentException("%s needs --%s".formatted(name, option));
    }
    return values.getFirst();
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  int number(String option) {
    String value = value(option);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "%s --%s is '%s' but must be a whole number".formatted(name, option, value));
    }
  }
}
