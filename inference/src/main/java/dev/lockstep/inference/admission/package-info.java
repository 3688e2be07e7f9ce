/** Who may come in: a bound on what is under way, so that overload refuses instead of queueing. */
@NullMarked
package dev.lockstep.inference.admission;

import org.jspecify.annotations.NullMarked;
