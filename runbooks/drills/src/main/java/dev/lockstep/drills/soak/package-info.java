/** The live stack under load and mishaps, and what it leaves behind. */
@NullMarked
package dev.lockstep.drills.soak;

import org.jspecify.annotations.NullMarked;
