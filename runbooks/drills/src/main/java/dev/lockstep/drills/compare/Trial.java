package dev.lockstep.drills.compare;

import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.traffic.RequestTimes;

/**
 * One policy at one setting before the requests of one seed.
 *
 * @param requests those that the seed draws, the same for every policy
 */
public record Trial(Experiment experiment, Setting setting, long seed, RequestTimes requests) {}
