/** The command line. */
@NullMarked
package dev.lockstep.drills.cli;

import org.jspecify.annotations.NullMarked;
