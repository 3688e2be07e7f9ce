/** When the server may be sent requests: after warm-up, until it drains. */
@NullMarked
package dev.lockstep.inference.lifecycle;

import org.jspecify.annotations.NullMarked;
