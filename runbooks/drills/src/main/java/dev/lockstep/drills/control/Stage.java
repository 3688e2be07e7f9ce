package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import java.time.Duration;

/**
 * What a policy is put in charge of.
 *
 * @param gauge demand at once, for those rules that have such eyes
 * @param lead from ordering a host to a task serving on it, half of the time at most
 */
public record Stage(Account account, DemandGauge gauge, TaskBounds bounds, Duration lead) {}
