package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.LaunchSample;
import dev.lockstep.scaler.observe.LaunchSample.Origin;
import dev.lockstep.scaler.observe.Launches;
import dev.lockstep.scaler.observe.LearnedPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The lead time as the fleet's own launches show it.
 *
 * <pre>
 *   total_i = boot_i + register_i + load_i            a part that is unknown is the median of the known
 *   x_i     = min(total_i, 3 x median)                one stuck host proves nothing
 *   q       = 90th percentile of the newest 30 x_i    (nearest rank)
 *   L       = (n q + 3 p) / (n + 3)                   p counts as three launches
 * </pre>
 *
 * {@code p} is what was published before the oldest of those launches, and what is configured where
 * nothing was: a launch that is in the sample already must not count a second time through what was
 * published because of it. {@code p} of warm hosts is the cold lead where nothing was published.
 *
 * <p>A host still under way has taken so long at least. Once that is more than {@code q}, it is one
 * more launch of that length: when boots become slow, the lead follows before the first of them is
 * over.
 *
 * <p>Invariants: between 10 s and 30 min, unless what is configured is outside; warm never longer
 * than cold; no launch and nothing published is what is configured; same input, same output.
 */
final class LeadTimeEstimate {
  private static final double QUANTILE = 0.9;
  private static final int NEWEST = 30;

  /** How many launches the prior counts for. */
  private static final double PRIOR = 3;

  private static final double OUTLIER = 3;

  private static final double LEAST_SECONDS = 10;
  private static final double MOST_SECONDS = 1800;

  private final double configured;
  private final Launches launches;
  private final Instant now;

  private LeadTimeEstimate(Duration configured, Launches launches, Instant now) {
    this.configured = seconds(configured);
    this.launches = launches;
    this.now = now;
  }

  /** What was published of each kind of lead time, in any order. */
  record Published(List<LearnedPoint> cold, List<LearnedPoint> warm) {
    static final Published NOTHING = new Published(List.of(), List.of());

    Published {
      cold = List.copyOf(cold);
      warm = List.copyOf(warm);
    }
  }

  /**
   * Estimates both lead times.
   *
   * @param configured what holds until something is learned
   */
  static LeadTimes of(Duration configured, Launches launches, Published published, Instant now) {
    return new LeadTimeEstimate(configured, launches, now).estimate(published);
  }

  /** One launch, whole: parts that were unknown are filled in. */
  private record Whole(double boot, double register, double load) {
    double total() {
      return boot + register + load;
    }
  }

  /** An estimate of one kind, with the number of launches it is made of. */
  private record Estimate(double seconds, int launches, String source) {}

  private LeadTimes estimate(Published published) {
    Estimate cold = estimate(Origin.COLD, published.cold(), configured, "configured");
    boolean warmKnown =
        samples(Origin.WARM).findAny().isPresent() || newest(published.warm(), now).isPresent();
    if (!warmKnown) {
      return new LeadTimes(duration(cold), Optional.empty(), cold.launches() > 0, said(cold));
    }
    Estimate warm = estimate(Origin.WARM, published.warm(), cold.seconds(), "a cold host's");
    return new LeadTimes(
        duration(cold),
        Optional.of(Duration.ofSeconds(Math.min(rounded(warm), rounded(cold)))),
        cold.launches() + warm.launches() > 0,
        "%s; from the warm pool %s".formatted(said(cold), said(warm)));
  }

  private Estimate estimate(
      Origin origin, List<LearnedPoint> published, double otherwise, String otherwiseNamed) {
    List<LaunchSample> samples = samples(origin).toList();
    Instant before =
        samples.stream().map(LaunchSample::ordered).min(Comparator.naturalOrder()).orElse(now);
    Optional<LearnedPoint> learned = newest(published, before);
    double prior = learned.map(LearnedPoint::value).orElse(otherwise);
    String priorNamed = learned.map(point -> "learned up to " + point.at()).orElse(otherwiseNamed);
    List<Whole> wholes = samples.stream().map(this::whole).toList();
    double[] lengths = withUnderWay(origin, bounded(wholes));
    if (lengths.length == 0) {
      return new Estimate(clamped(prior), 0, "as %s".formatted(priorNamed));
    }
    double quantile = quantile(lengths);
    int count = lengths.length;
    double seconds = clamped((count * quantile + PRIOR * prior) / (count + PRIOR));
    return new Estimate(
        seconds,
        count,
        "p90 of %d launches is %.0f s%s, with %.0f s %s for three more"
            .formatted(count, quantile, parts(wholes, quantile), prior, priorNamed));
  }

  private Stream<LaunchSample> samples(Origin origin) {
    return launches.samples().stream()
        .filter(sample -> sample.origin() == origin && !sample.ordered().isAfter(now))
        .sorted(Comparator.comparing(LaunchSample::ordered).reversed())
        .limit(NEWEST);
  }

  private Whole whole(LaunchSample sample) {
    return new Whole(
        seconds(sample.boot()),
        sample
            .register()
            .map(LeadTimeEstimate::seconds)
            .orElseGet(() -> typical(sample.origin(), LaunchSample::register).orElse(0.0)),
        sample
            .load()
            .map(LeadTimeEstimate::seconds)
            .orElseGet(() -> typical(sample.origin(), LaunchSample::load).orElseGet(this::rest)));
  }

  /** The median of a part, of hosts of the same origin where any is known, else of all. */
  private Optional<Double> typical(Origin origin, Function<LaunchSample, Optional<Duration>> part) {
    return median(samples(origin), part)
        .or(() -> median(Stream.of(Origin.values()).flatMap(this::samples), part));
  }

  private static Optional<Double> median(
      Stream<LaunchSample> samples, Function<LaunchSample, Optional<Duration>> part) {
    double[] known =
        samples
            .flatMap(sample -> part.apply(sample).stream())
            .mapToDouble(LeadTimeEstimate::seconds)
            .sorted()
            .toArray();
    return known.length == 0 ? Optional.empty() : Optional.of(known[(known.length - 1) / 2]);
  }

  /** Nobody knows how long images and models take: what is configured, less a cold boot. */
  private double rest() {
    double boot = median(samples(Origin.COLD), sample -> Optional.of(sample.known())).orElse(0.0);
    return Math.max(0, configured - boot);
  }

  private static double[] bounded(List<Whole> wholes) {
    double[] sorted = wholes.stream().mapToDouble(Whole::total).sorted().toArray();
    double most = sorted.length == 0 ? 0 : OUTLIER * sorted[(sorted.length - 1) / 2];
    return DoubleStream.of(sorted).map(total -> Math.min(total, most)).toArray();
  }

  private double[] withUnderWay(Origin origin, double[] lengths) {
    double known = lengths.length == 0 ? configured : quantile(lengths);
    DoubleStream longer =
        launches.underWay().stream()
            .filter(launch -> launch.origin() == origin)
            .mapToDouble(launch -> seconds(Duration.between(launch.ordered(), now)))
            .filter(age -> age > known)
            .map(age -> Math.min(age, OUTLIER * known));
    return DoubleStream.concat(DoubleStream.of(lengths), longer).sorted().toArray();
  }

  private static double quantile(double[] sorted) {
    return sorted[(int) Math.ceil(QUANTILE * sorted.length) - 1];
  }

  /** The parts of the launch that is the quantile; none when it is one that is bounded. */
  private static String parts(List<Whole> wholes, double quantile) {
    return wholes.stream()
        .filter(whole -> whole.total() == quantile)
        .findFirst()
        .map(whole ->
            " (boot %.0f, register %.0f, pull and load %.0f)"
                .formatted(whole.boot(), whole.register(), whole.load()))
        .orElse("");
  }

  private static Optional<LearnedPoint> newest(List<LearnedPoint> points, Instant before) {
    return points.stream()
        .filter(point -> point.value() > 0 && !point.at().isAfter(before))
        .max(Comparator.comparing(LearnedPoint::at));
  }

  private double clamped(double seconds) {
    return Math.clamp(
        seconds, Math.min(LEAST_SECONDS, configured), Math.max(MOST_SECONDS, configured));
  }

  private static String said(Estimate estimate) {
    return "lead %d s: %s".formatted(rounded(estimate), estimate.source());
  }

  private static Duration duration(Estimate estimate) {
    return Duration.ofSeconds(rounded(estimate));
  }

  /** Whole seconds: nothing is known to less, and a decision record should be readable. */
  private static long rounded(Estimate estimate) {
    return Math.max(1, Math.round(estimate.seconds()));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
