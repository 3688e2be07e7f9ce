/** CloudWatch: points that are published late, kept ever more coarsely, and watched by alarms. */
@NullMarked
package dev.lockstep.drills.cloudwatch;

import org.jspecify.annotations.NullMarked;
