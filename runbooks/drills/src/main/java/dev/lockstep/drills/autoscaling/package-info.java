/** EC2 Auto Scaling: a group of hosts that boot, serve, and are taken away. */
@NullMarked
package dev.lockstep.drills.autoscaling;

import org.jspecify.annotations.NullMarked;
