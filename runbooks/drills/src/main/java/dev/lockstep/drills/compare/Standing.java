package dev.lockstep.drills.compare;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How one policy at one setting fared over all seeds.
 *
 * @param results one a seed
 * @param optima host-hours of the clairvoyant optimum, one a seed
 */
public record Standing(
    String policy, String knob, boolean usual, List<TrialResult> results, List<Double> optima) {
  public Standing {
    results = List.copyOf(results);
    optima = List.copyOf(optima);
    if (results.isEmpty() || results.size() != optima.size()) {
      throw new IllegalArgumentException(
          "%s at %s has %d results and %d optima"
              .formatted(policy, knob, results.size(), optima.size()));
    }
  }

  /** A measure over the seeds. */
  public Spread of(ToDoubleFunction<TrialResult> measure) {
    return Spread.of(results.stream().mapToDouble(measure).toArray());
  }

  public Spread violationPercent() {
    return of(TrialResult::violationPercent);
  }

  public Spread hostHours() {
    return of(TrialResult::hostHours);
  }

  /** Each seed's host-hours over those of its own optimum. */
  public Spread vsOptimum() {
    double[] ratios = new double[results.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = results.get(i).hostHours() / optima.get(i);
    }
    return Spread.of(ratios);
  }
}
