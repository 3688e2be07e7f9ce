/** The names in the simulated account, and what is told of it. */
@NullMarked
package dev.lockstep.drills.journal;

import org.jspecify.annotations.NullMarked;
