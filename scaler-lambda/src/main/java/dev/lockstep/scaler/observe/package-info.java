/** Second: one immutable picture of service, hosts, demand and directives, read from AWS. */
@NullMarked
package dev.lockstep.scaler.observe;

import org.jspecify.annotations.NullMarked;
