/** The SDK's own client interfaces over the simulated account. */
@NullMarked
package dev.lockstep.drills.aws;

import org.jspecify.annotations.NullMarked;
