package dev.lockstep.scaler.observe;

import dev.lockstep.scaler.policy.Policy;

/** A service and what came of looking at it. */
public record Sighted(Policy policy, Look look) {}
