/**
 * The brain of Lockstep: one trigger in, one observation, one plan, its steps, one decision out.
 */
@NullMarked
package dev.lockstep.scaler;

import org.jspecify.annotations.NullMarked;
