package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.RequestRate;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every demand the fleet might have to be ready for: the last minute's, what the last seconds prove
 * beyond chance, and what recurs within the lead time.
 */
final class DemandEstimate {
  private DemandEstimate() {}

  /**
   * The candidates.
   *
   * @param lead how long a host takes: what is expected by then must be ordered now
   */
  static List<Candidate> candidates(Observation observation, Duration lead) {
    return Stream.of(
            candidate(Candidate.Name.STABLE, observation.demand().stable()),
            candidate(Candidate.Name.PANIC, observation.demand().panic()),
            new Recurrence(observation.history(), lead).expected(observation.at()))
        .flatMap(Optional::stream)
        .toList();
  }

  static Optional<Candidate> largest(List<Candidate> candidates) {
    return candidates.stream().max(Comparator.comparing(Candidate::rate));
  }

  private static Optional<Candidate> candidate(Candidate.Name name, Reading<RequestRate> reading) {
    return switch (reading) {
      case Reading.Known<RequestRate>(RequestRate rate, String source) ->
          Optional.of(new Candidate(name, rate, source));
      case Reading.Unknown<RequestRate> _ -> Optional.empty();
    };
  }
}
