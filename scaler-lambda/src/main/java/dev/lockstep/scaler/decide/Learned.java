package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Experience;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;

/**
 * What the fleet has shown of itself, which goes before what is configured.
 *
 * @param leads how long its hosts take
 * @param rate what one of its tasks sustains
 */
public record Learned(LeadTimes leads, LearnedRate rate) {

  static Learned of(Policy policy, Observation observation) {
    Experience experience = observation.experience();
    return new Learned(
        LeadTimeEstimate.of(
            policy.leadTime(),
            experience.launches(),
            new LeadTimeEstimate.Published(experience.coldLeads(), experience.warmLeads()),
            observation.at()),
        EffectiveRate.learn(
            policy.ratePerTask(),
            policy.p95Budget(),
            experience.minutes(),
            experience.rates(),
            experience.deployed(),
            observation.at()));
  }
}
