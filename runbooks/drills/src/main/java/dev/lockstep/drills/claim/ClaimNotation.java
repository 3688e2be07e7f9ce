package dev.lockstep.drills.claim;

import dev.lockstep.scaler.decide.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a claim from one line. Times are minutes and seconds since the start, as a story prints
 * them.
 *
 * <pre>
 * alarm hosts-undelivered goes to ALARM by 25:00
 * alarm hosts-undelivered is OK at 40:00
 * alarm metrics-missing stays silent [WINDOW]
 * decision LAUNCHES_FAIL by 12:00
 * decision saying "do not have sufficient" by 12:00
 * story says "launch failed" by 10:00
 * story never says "host died" [WINDOW]
 * hosts-asked &lt;= 8 [WINDOW]
 * violations &lt; 1 % between 20:00 and 30:00
 * recovers by 30:00
 * never ends a busy host
 * </pre>
 *
 * <p>WINDOW is {@code at T}, {@code by T}, {@code after T}, {@code between T and T} or {@code
 * always}, which is also meant when there is none.
 */
public final class ClaimNotation {
  private static final String TIME = "\\d+:[0-5]\\d";
  private static final String WINDOW = "(?: (.+))?";
  private static final Pattern RECOVERS = Pattern.compile("recovers by (" + TIME + ")");
  private static final Pattern ALARM_RAISED =
      Pattern.compile("alarm ([a-z0-9-]+) goes to ALARM" + WINDOW);
  private static final Pattern ALARM_OVER =
      Pattern.compile("alarm ([a-z0-9-]+) is OK at (" + TIME + ")");
  private static final Pattern ALARM_SILENT =
      Pattern.compile("alarm ([a-z0-9-]+) stays silent" + WINDOW);
  private static final Pattern SAYING = Pattern.compile("decision saying \"([^\"]+)\"" + WINDOW);
  private static final Pattern CODE = Pattern.compile("decision ([A-Z_]+)" + WINDOW);
  private static final Pattern STORY = Pattern.compile("story says \"([^\"]+)\"" + WINDOW);
  private static final Pattern NO_STORY = Pattern.compile("story never says \"([^\"]+)\"" + WINDOW);
  private static final Pattern BOUNDED =
      Pattern.compile("([a-z0-9-]+) (<=|>=|<|>|=) (\\d+(?:\\.\\d+)?)(?: (%|ms|s))?" + WINDOW);
  private static final Pattern BUSY = Pattern.compile("never ends a busy host");

  private static final Pattern AT = Pattern.compile("at (" + TIME + ")");
  private static final Pattern BY = Pattern.compile("by (" + TIME + ")");
  private static final Pattern AFTER = Pattern.compile("after (" + TIME + ")");
  private static final Pattern BETWEEN =
      Pattern.compile("between (" + TIME + ") and (" + TIME + ")");

  private static final String FORMS =
      """
      'alarm NAME goes to ALARM WINDOW', 'alarm NAME is OK at T', 'alarm NAME stays silent WINDOW', \
      'decision CODE WINDOW', 'decision saying "WORDS" WINDOW', 'story says "WORDS" WINDOW', \
      'story never says "WORDS" WINDOW', 'SERIES < NUMBER WINDOW', 'recovers by T' or \
      'never ends a busy host'\
      """;

  private record Form(Pattern pattern, Function<MatchResult, Claim> reader) {}

  private final String text;
  private final Set<String> alarms;

  private ClaimNotation(String text, Set<String> alarms) {
    this.text = text;
    this.alarms = alarms;
  }

  /**
   * Reads one claim.
   *
   * @param alarms those that there are
   * @throws IllegalArgumentException when it cannot be read, with what is allowed
   */
  public static Claim parse(String text, Set<String> alarms) {
    return new ClaimNotation(text, alarms).read();
  }

  private Claim read() {
    List<Form> forms =
        List.of(
            new Form(BUSY, _ -> new Claim.SparesBusyHosts(text)),
            new Form(RECOVERS, found -> new Claim.Recovers(text, time(found.group(1)))),
            new Form(
                ALARM_RAISED,
                found -> new Claim.AlarmRaised(text, alarm(found), window(found.group(2)))),
            new Form(
                ALARM_OVER, found -> new Claim.AlarmOver(text, alarm(found), time(found.group(2)))),
            new Form(
                ALARM_SILENT,
                found -> new Claim.AlarmSilent(text, alarm(found), window(found.group(2)))),
            new Form(
                SAYING,
                found -> new Claim.DecidedSaying(text, found.group(1), window(found.group(2)))),
            new Form(
                CODE, found -> new Claim.DecidedBecause(text, code(found), window(found.group(2)))),
            new Form(
                STORY, found -> new Claim.Happens(text, found.group(1), window(found.group(2)))),
            new Form(
                NO_STORY,
                found -> new Claim.NeverHappens(text, found.group(1), window(found.group(2)))),
            new Form(BOUNDED, this::bounded));
    return forms.stream()
        .flatMap(form -> match(form).stream())
        .findFirst()
        .orElseThrow(() -> wrong("the claim", text, FORMS));
  }

  private Optional<Claim> match(Form form) {
    Matcher matcher = form.pattern().matcher(text);
    return matcher.matches() ? Optional.of(form.reader().apply(matcher)) : Optional.empty();
  }

  private String alarm(MatchResult found) {
    String name = found.group(1);
    if (!alarms.contains(name)) {
      throw wrong(
          "the alarm", name, "one of " + String.join(", ", alarms.stream().sorted().toList()));
    }
    return name;
  }

  private static String code(MatchResult found) {
    String code = found.group(1);
    List<String> codes = Arrays.stream(Reason.Code.values()).map(Enum::name).toList();
    if (!codes.contains(code)) {
      throw wrong("the decision's reason", code, "one of " + String.join(", ", codes));
    }
    return code;
  }

  private Claim bounded(MatchResult found) {
    String label = found.group(1);
    Series series =
        Series.labelled(label)
            .orElseThrow(() -> wrong("the series", label, "one of " + Series.labels()));
    String unit = Optional.ofNullable(found.group(4)).orElse(series.unit());
    if (!unit.equals(series.unit())) {
      throw wrong("the unit of " + label, unit, series.unit().isEmpty() ? "absent" : series.unit());
    }
    String sign = found.group(2);
    Comparison comparison =
        Comparison.signed(sign)
            .orElseThrow(() ->
                wrong(
                    "the comparison",
                    sign,
                    Arrays.stream(Comparison.values())
                        .map(Comparison::sign)
                        .collect(Collectors.joining(" "))));
    return new Claim.Bounded(
        text, series, comparison, Double.parseDouble(found.group(3)), stretch(found.group(5)));
  }

  /** A number has a value all the time, so that it cannot be something by a moment. */
  private static Window stretch(@Nullable String words) {
    if (words != null && words.startsWith("by ")) {
      throw wrong("the window", words, "'at T', 'after T', 'between T and T' or 'always'");
    }
    return window(words);
  }

  private static Window window(@Nullable String words) {
    if (words == null || words.equals("always")) {
      return Window.ALWAYS;
    }
    Matcher at = AT.matcher(words);
    if (at.matches()) {
      Duration moment = time(at.group(1));
      return new Window(moment, Optional.of(moment));
    }
    Matcher by = BY.matcher(words);
    if (by.matches()) {
      return Window.by(time(by.group(1)));
    }
    Matcher after = AFTER.matcher(words);
    if (after.matches()) {
      return new Window(time(after.group(1)), Optional.empty());
    }
    Matcher between = BETWEEN.matcher(words);
    if (between.matches()) {
      return new Window(time(between.group(1)), Optional.of(time(between.group(2))));
    }
    throw wrong(
        "the window",
        words,
        "'at T', 'by T', 'after T', 'between T and T' or 'always' with T as minutes:seconds");
  }

  private static Duration time(String clock) {
    String[] parts = clock.split(":", -1);
    return Duration.ofMinutes(Long.parseLong(parts[0])).plusSeconds(Long.parseLong(parts[1]));
  }

  private static IllegalArgumentException wrong(String what, String seen, String allowed) {
    return new IllegalArgumentException("%s is '%s' but must be %s".formatted(what, seen, allowed));
  }
}
