package dev.lockstep.scaler.observe;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator told the brain to remember. It lives in a tag of the Auto Scaling group, the
 * only state the brain keeps, and carries its own end: a forgotten hold lapses by itself.
 */
public sealed interface Directive {

  /** The moment it lapses. */
  Instant until();

  /** The tag's key, one for each kind and service. */
  String tagKey(String service);

  /** The tag's value. Auto Scaling allows letters, digits, spaces and {@code + - = . _ : / @}. */
  String tagValue();

  /** The tag keys of every kind of directive of one service. */
  static List<String> tagKeys(String service) {
    return List.of(Floor.key(service), Hold.key(service));
  }

  default boolean holdsAt(Instant now) {
    return now.isBefore(until());
  }

  /** At least this many tasks. */
  record Floor(int tasks, Instant until) implements Directive {
    private static final Pattern VALUE = Pattern.compile("tasks=(\\d{1,6}) until=(\\S+)");

    @Override
    public String tagKey(String service) {
      return key(service);
    }

    @Override
    public String tagValue() {
      return "tasks=%d until=%s".formatted(tasks, until);
    }

    static String key(String service) {
      return "lockstep:floor:" + service;
    }

    static Optional<Floor> parse(String value) {
      Matcher matcher = VALUE.matcher(value);
      return matcher.matches()
          ? instant(matcher.group(2))
              .map(until -> new Floor(Integer.parseInt(matcher.group(1)), until))
          : Optional.empty();
    }
  }

  /** No change of any count. */
  record Hold(Instant until) implements Directive {
    private static final Pattern VALUE = Pattern.compile("until=(\\S+)");

    @Override
    public String tagKey(String service) {
      return key(service);
    }

    @Override
    public String tagValue() {
      return "until=" + until;
    }

    /** The tag's key. */
    public static String key(String service) {
      return "lockstep:hold:" + service;
    }

    /** The hold that a tag's value stands for; none when it stands for nothing. */
    public static Optional<Hold> parse(String value) {
      Matcher matcher = VALUE.matcher(value);
      return matcher.matches() ? instant(matcher.group(1)).map(Hold::new) : Optional.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
