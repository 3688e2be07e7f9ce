/** Whoever is paged: types what a page prints, and it happens to the simulated account. */
@NullMarked
package dev.lockstep.drills.operator;

import org.jspecify.annotations.NullMarked;
