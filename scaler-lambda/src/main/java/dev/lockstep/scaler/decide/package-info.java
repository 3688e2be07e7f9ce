/** Third: a pure function of policy, observation and trigger to a plan with its reasons. */
@NullMarked
package dev.lockstep.scaler.decide;

import org.jspecify.annotations.NullMarked;
