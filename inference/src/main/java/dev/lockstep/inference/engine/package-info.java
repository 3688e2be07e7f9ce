/** Last in the flow: named tensors through a device. */
@NullMarked
package dev.lockstep.inference.engine;

import org.jspecify.annotations.NullMarked;
