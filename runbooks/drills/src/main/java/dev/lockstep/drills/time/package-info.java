/** Time behind one interface: virtual for drills, real for the live stack. */
@NullMarked
package dev.lockstep.drills.time;

import org.jspecify.annotations.NullMarked;
