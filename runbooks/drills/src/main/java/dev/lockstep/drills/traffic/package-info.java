/** Requests: how many arrive, who answers them, and what is measured of it. */
@NullMarked
package dev.lockstep.drills.traffic;

import org.jspecify.annotations.NullMarked;
