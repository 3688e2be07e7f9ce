package dev.lockstep.drills.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Splits a command as a POSIX shell does, as far as pages need it: single and double quotes, {@code
 * $NAME} and {@code ${NAME}}, a line continued by a backslash, and a command inside {@code $(...)},
 * which stays as it is.
 */
public final class CommandLineText {
  private final String text;
  private final UnaryOperator<String> variables;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int position;

  private CommandLineText(String text, int position, UnaryOperator<String> variables) {
    this.text = text;
    this.position = position;
    this.variables = variables;
  }

  /**
   * The words of one command.
   *
   * @param start where it begins in the text; it ends with its line, or at an unquoted {@code ) | &
   *     ; >}
   * @param variables the value of a name
   * @throws IllegalArgumentException when a quote or a parenthesis is not closed
   */
  public static List<String> words(String text, int start, UnaryOperator<String> variables) {
    return new CommandLineText(text, start, variables).split();
  }

  private List<String> split() {
    while (position < text.length()) {
      char next = text.charAt(position);
      if ("\n)|&;>".indexOf(next) >= 0) {
        break;
      }
      position++;
      switch (next) {
        case ' ', '\t' -> endWord();
        case '\\' -> escaped();
        case '\'' -> singleQuoted();
        case '"' -> doubleQuoted();
        case '$' -> substituted();
        default -> take(String.valueOf(next));
      }
    }
    endWord();
    return List.copyOf(words);
  }

  private void take(String part) {
    word.append(part);
    inWord = true;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }

  /** A backslash takes the next character as it is; before a line's end it continues the line. */
  private void escaped() {
    if (position < text.length()) {
      char next = text.charAt(position++);
      if (next == '\n') {
        endWord();
      } else {
        take(String.valueOf(next));
      }
    }
  }

  private void singleQuoted() {
    int end = closing('\'');
    take(text.substring(position, end));
    position = end + 1;
  }

  private void doubleQuoted() {
    int end = closing('"');
    take("");
    while (position < end) {
      char next = text.charAt(position++);
      if (next == '$') {
        substituted();
      } else {
        take(String.valueOf(next));
      }
    }
    position = end + 1;
  }

  private int closing(char quote) {
    int end = text.indexOf(quote, position);
    if (end < 0) {
      throw new IllegalArgumentException(
          "a %s is opened and not closed: %s".formatted(quote, text.substring(position - 1)));
    }
    return end;
  }

  private void substituted() {
    if (position < text.length() && text.charAt(position) == '(') {
      int end = endOfCommand(position);
      take("$" + text.substring(position, end));
      position = end;
      return;
    }
    boolean braced = position < text.length() && text.charAt(position) == '{';
    int start = braced ? position + 1 : position;
    int end = start;
    while (end < text.length() && isName(text.charAt(end))) {
      end++;
    }
    position = braced ? end + 1 : end;
    take(end == start ? "$" : variables.apply(text.substring(start, end)));
  }

  private static boolean isName(char character) {
    return Character.isLetterOrDigit(character) || character == '_';
  }

  /** Behind the parenthesis that closes the one at an index. */
  private int endOfCommand(int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      if (text.charAt(i) == '(') {
        depth++;
      } else if (text.charAt(i) == ')') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    throw new IllegalArgumentException("a ( is opened and not closed: " + text.substring(open));
  }
}
