/** First in the flow: every payload that may invoke the function, parsed into one sealed type. */
@NullMarked
package dev.lockstep.scaler.trigger;

import org.jspecify.annotations.NullMarked;
