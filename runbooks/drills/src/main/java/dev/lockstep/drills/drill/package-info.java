/** A scenario played to its end: its world, its story and its summary. */
@NullMarked
package dev.lockstep.drills.drill;

import org.jspecify.annotations.NullMarked;
