package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.observe.Reading;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.policy.RequestRate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every demand the fleet might have to be ready for: the last minute's, what the last seconds prove
 * beyond chance, and what is to be foreseen within the lead time.
 */
final class DemandEstimate {
  private DemandEstimate() {}

  static List<Candidate> candidates(Policy policy, Observation observation) {
    return Stream.of(
            candidate(Candidate.Name.STABLE, observation.demand().stable()),
            candidate(Candidate.Name.PANIC, observation.demand().panic()),
            policy.forecast() ? expected(policy, observation) : Optional.<Candidate>empty())
        .flatMap(Optional::stream)
        .toList();
  }

  /** What is expected while a host that is ordered now takes its lead. */
  private static Optional<Candidate> expected(Policy policy, Observation observation) {
    return new Forecast(observation.history(), policy.leadTime()).expected(observation.at());
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
