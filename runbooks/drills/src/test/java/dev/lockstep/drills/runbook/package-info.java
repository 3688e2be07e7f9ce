/** The pages, their scenarios and the module's alarms, compared with each other. */
@NullMarked
package dev.lockstep.drills.runbook;

import org.jspecify.annotations.NullMarked;
