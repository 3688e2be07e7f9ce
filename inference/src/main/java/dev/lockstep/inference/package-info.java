/** The model server: HTTP, admission, text, engine; model, lifecycle and telemetry beside them. */
@NullMarked
package dev.lockstep.inference;

import org.jspecify.annotations.NullMarked;
