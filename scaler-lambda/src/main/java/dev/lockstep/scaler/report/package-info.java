/** Last: what was decided and done, for people, for machines and for CloudWatch. */
@NullMarked
package dev.lockstep.scaler.report;

import org.jspecify.annotations.NullMarked;
