/** The live page: what is shown is pushed to browsers on this machine, and orders come back. */
@NullMarked
package dev.lockstep.drills.page;

import org.jspecify.annotations.NullMarked;
