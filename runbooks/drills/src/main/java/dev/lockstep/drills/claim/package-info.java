/** What a runbook's page claims of its incident, and whether it held. */
@NullMarked
package dev.lockstep.drills.claim;

import org.jspecify.annotations.NullMarked;
