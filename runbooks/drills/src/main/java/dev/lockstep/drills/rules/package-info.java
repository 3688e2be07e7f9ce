/**
 * The documented formula of every policy a user could pick instead, pure: what it sees in, what it
 * wants out. Who reads the metrics and turns the knobs is in {@code control}.
 */
@NullMarked
package dev.lockstep.drills.rules;

import org.jspecify.annotations.NullMarked;
