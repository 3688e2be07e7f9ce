package dev.lockstep.drills.traffic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Requests that were really seen: a CSV file with the header {@code second,requests}, in which each
 * line counts the requests from its second up to the next line's.
 */
public final class Trace implements Demand {
  private static final String HEADER = "second,requests";

  private final double[] perSecond;
  private final boolean exact;

  private Trace(double[] perSecond, boolean exact) {
    this.perSecond = perSecond;
    this.exact = exact;
  }

  /**
   * Reads a file.
   *
   * @throws TraceException when it cannot be read or is no trace, naming the line
   */
  public static Trace read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new TraceException(
          "the trace %s cannot be read: %s; give a CSV file with the header %s"
              .formatted(file, unreadable.getClass().getSimpleName(), HEADER));
    }
    return parse(file, lines);
  }

  private static Trace parse(Path file, List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().strip().equals(HEADER)) {
      throw new TraceException(
          "%s, line 1: is '%s' but must be %s"
              .formatted(file, lines.isEmpty() ? "" : lines.getFirst(), HEADER));
    }
    List<Bin> bins = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      bins.add(bin(file, i + 1, lines.get(i), bins));
    }
    if (bins.size() < 2) {
      throw new TraceException(
          "%s: has %d lines of data; 2 or more are needed".formatted(file, bins.size()));
    }
    return new Trace(seconds(bins), binSeconds(bins) == 1);
  }

  private record Bin(int second, double requests) {}

  private static Bin bin(Path file, int line, String text, List<Bin> before) {
    String[] fields = text.split(",", -1);
    try {
      Bin bin = new Bin(Integer.parseInt(fields[0].strip()), Double.parseDouble(fields[1].strip()));
      boolean rises = before.isEmpty() || bin.second() > before.getLast().second();
      if (bin.second() >= 0 && rises && bin.requests() >= 0 && Double.isFinite(bin.requests())) {
        return bin;
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException _) {
      // Said below, with the rest of what is needed.
    }
    throw new TraceException(
        "%s, line %d: is '%s' but must be a rising second and a count, both 0 or more"
            .formatted(file, line, text));
  }

  private static int binSeconds(List<Bin> bins) {
    return bins.get(1).second() - bins.get(0).second();
  }

  private static double[] seconds(List<Bin> bins) {
    double[] seconds = new double[bins.getLast().second() + binSeconds(bins)];
    for (int i = 0; i < bins.size(); i++) {
      int start = bins.get(i).second();
      int end = i + 1 < bins.size() ? bins.get(i + 1).second() : seconds.length;
      Arrays.fill(seconds, start, end, bins.get(i).requests() / (end - start));
    }
    return seconds;
  }

  /** The same shape at another mean. */
  public Trace scaledToMean(double mean) {
    double factor = mean / Arrays.stream(perSecond).average().orElseThrow();
    return new Trace(
        Arrays.stream(perSecond).map(rate -> rate * factor).toArray(), exact && factor == 1);
  }

  /** The same requests in a fraction of the time, as many a second as then are. */
  public Trace spedUp(int factor) {
    if (factor < 1) {
      throw new TraceException("the speed-up is 1 or more, not " + factor);
    }
    double[] faster = new double[Math.ceilDiv(perSecond.length, factor)];
    for (int second = 0; second < perSecond.length; second++) {
      faster[second / factor] += perSecond[second] / factor;
    }
    return new Trace(faster, exact && factor == 1);
  }

  public double mean() {
    return Arrays.stream(perSecond).average().orElseThrow();
  }

  @Override
  public double ratePerSecond(long second) {
    return second < perSecond.length ? perSecond[Math.toIntExact(second)] : 0;
  }

  @Override
  public boolean exact() {
    return exact;
  }

  @Override
  public long seconds() {
    return perSecond.length;
  }
}
