/** One simulated AWS account: a group of hosts, a service of tasks, metrics and alarms. */
@NullMarked
package dev.lockstep.drills.account;

import org.jspecify.annotations.NullMarked;
