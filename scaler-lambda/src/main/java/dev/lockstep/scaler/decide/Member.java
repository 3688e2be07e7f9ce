package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Trigger;

/**
 * One of the services that share a group: what its operator wants, what was seen of it, and why it
 * is looked at.
 */
public record Member(Policy policy, Observation observation, Trigger trigger) {
  String service() {
    return policy.fleet().service();
  }
}
