/** The live stack: real servers as tasks, real requests, the same account on a wall clock. */
@NullMarked
package dev.lockstep.drills.live;

import org.jspecify.annotations.NullMarked;
