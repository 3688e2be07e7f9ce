/** What the operator wants: one service's names, bounds and service level, validated at start. */
@NullMarked
package dev.lockstep.scaler.policy;

import org.jspecify.annotations.NullMarked;
