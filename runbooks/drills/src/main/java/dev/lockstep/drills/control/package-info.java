/** Whoever reacts to alarms and ticks: Lockstep's real handler, or what users build instead. */
@NullMarked
package dev.lockstep.drills.control;

import org.jspecify.annotations.NullMarked;
