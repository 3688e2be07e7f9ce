/** Texts to tokens to vectors. */
@NullMarked
package dev.lockstep.inference.text;

import org.jspecify.annotations.NullMarked;
