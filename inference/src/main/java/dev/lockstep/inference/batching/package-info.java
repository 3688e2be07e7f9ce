/**
 * Which inputs run together, and when: a token budget after padding, similar lengths, the most
 * urgent first, no timer.
 */
@NullMarked
package dev.lockstep.inference.batching;

import org.jspecify.annotations.NullMarked;
