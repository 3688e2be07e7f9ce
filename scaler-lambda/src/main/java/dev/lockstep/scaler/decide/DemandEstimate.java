package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Demand;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.RequestRate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every demand the fleet might have to be ready for.
 *
 * <p>The stable window always counts. The panic window counts when it stands out of the noise of
 * its own length: {@code w} seconds of Poisson arrivals at {@code s} requests/s have a standard
 * deviation of {@code sqrt(s / w)} requests/s, and only a rate beyond {@code s + 3 sqrt(s / w)} is
 * a surge. Without that, the larger of two noisy numbers would order a host every few minutes. With
 * no stable window to compare with, the panic window counts as it is.
 */
final class DemandEstimate {
  private static final double STANDARD_DEVIATIONS = 3;

  private DemandEstimate() {}

  static List<Candidate> candidates(Demand demand) {
    List<Candidate> candidates = new ArrayList<>();
    candidate(Candidate.Name.STABLE, demand.stable()).ifPresent(candidates::add);
    candidate(Candidate.Name.PANIC, demand.panic())
        .filter(panic -> standsOut(panic.rate(), demand.stable().known()))
        .ifPresent(candidates::add);
    return List.copyOf(candidates);
  }

  static Optional<Candidate> largest(List<Candidate> candidates) {
    return candidates.stream().max(Comparator.comparing(Candidate::rate));
  }

  private static boolean standsOut(RequestRate panic, Optional<RequestRate> stable) {
    return stable
        .map(RequestRate::perSecond)
        .map(rate -> panic.perSecond() > rate + STANDARD_DEVIATIONS * noise(rate))
        .orElse(true);
  }

  private static double noise(double rate) {
    return Math.sqrt(rate / Demand.PANIC_WINDOW.toSeconds());
  }

  private static Optional<Candidate> candidate(Candidate.Name name, Reading<RequestRate> reading) {
    return switch (reading) {
      case Reading.Known<RequestRate>(RequestRate rate, String source) ->
          Optional.of(new Candidate(name, rate, source));
      case Reading.Unknown<RequestRate> _ -> Optional.empty();
    };
  }
}
