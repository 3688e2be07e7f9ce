/** ECS on EC2: container instances, the tasks that are placed on them, and deployments. */
@NullMarked
package dev.lockstep.drills.ecs;

import org.jspecify.annotations.NullMarked;
