/** Fourth: executes a plan's steps in order, each safe to repeat. */
@NullMarked
package dev.lockstep.scaler.act;

import org.jspecify.annotations.NullMarked;
