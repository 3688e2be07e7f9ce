/** Which model is served, and where its files come from. */
@NullMarked
package dev.lockstep.inference.model;

import org.jspecify.annotations.NullMarked;
