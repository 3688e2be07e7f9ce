/** What operators see: Prometheus metrics in the field's names. */
@NullMarked
package dev.lockstep.inference.telemetry;

import org.jspecify.annotations.NullMarked;
