/** Pictures of a comparison: a page that needs no network, and a plot for documents. */
@NullMarked
package dev.lockstep.drills.report;

import org.jspecify.annotations.NullMarked;
