/**
 * What all protocols share: who may come in and for how long, what is asked of the models, and what
 * is answered when something is wrong.
 */
@NullMarked
package dev.lockstep.inference.serving;

import org.jspecify.annotations.NullMarked;
