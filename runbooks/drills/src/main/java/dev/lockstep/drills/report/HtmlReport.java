package dev.lockstep.drills.report;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lockstep.drills.compare.Experiment;
import dev.lockstep.drills.compare.Results;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One page with everything in it: data, charts and the library that draws them. */
public final class HtmlReport {
  private static final String LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @param portraits one policy each, minute by minute
   * @throws UncheckedIOException when it cannot be written
   */
  public static void write(Results results, List<Portrait> portraits, Path file) {
    try {
      Files.writeString(file, page(results, portraits));
    } catch (IOException failed) {
      throw new UncheckedIOException("the report cannot be written to " + file, failed);
    }
  }

  static String page(Results results, List<Portrait> portraits) throws IOException {
    Experiment experiment = results.experiment();
    Map<String, String> parts =
        Map.of(
            "title", escaped(experiment.workload().name()),
            "subtitle", escaped(subtitle(results)),
            "made", "Made by <code>runbooks/drill.sh frontier</code>.",
            "style", resource("/report/report.css"),
            "data", inScript(JSON.std.asString(ReportData.of(results, portraits))),
            "library", inScript(resource(LIBRARY)),
            "script", resource("/report/report.js"));
    return filled(resource("/report/report.html"), parts);
  }

  /** Each placeholder once, and never inside what was filled in. */
  private static String filled(String template, Map<String, String> parts) {
    StringBuilder page = new StringBuilder();
    int from = 0;
    for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", from)) {
      int close = template.indexOf("}}", open);
      String name = template.substring(open + 2, close);
      String part = parts.get(name);
      if (part == null) {
        throw new IllegalStateException("the template asks for '%s'".formatted(name));
      }
      page.append(template, from, open).append(part);
      from = close + 2;
    }
    return page.append(template, from, template.length()).toString();
  }

  private static String subtitle(Results results) {
    Experiment experiment = results.experiment();
    return String.format(
        Locale.ROOT,
        "Mean %.1f requests a second, busiest minute %.1f. From ordering a host to a task serving"
            + " on it %d s, half of the time at most. %s metrics, %d seeds.",
        experiment.workload().meanRate(),
        experiment.workload().peakRate(),
        experiment.lead().median().toSeconds(),
        experiment.finePublished() ? "10-second" : "60-second",
        results.seeds());
  }

  /** A name can come from a file name. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Nothing in a script element may look like its end. */
  private static String inScript(String text) {
    return text.replace("</", "<\\/");
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
