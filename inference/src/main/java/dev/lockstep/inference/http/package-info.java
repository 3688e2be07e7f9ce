/** First in the flow: the protocols, their limits and their errors. */
@NullMarked
package dev.lockstep.inference.http;

import org.jspecify.annotations.NullMarked;
