/** Every policy in the same world on the same requests, over its own headroom. */
@NullMarked
package dev.lockstep.drills.compare;

import org.jspecify.annotations.NullMarked;
