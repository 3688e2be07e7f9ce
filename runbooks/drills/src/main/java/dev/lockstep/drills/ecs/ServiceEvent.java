package dev.lockstep.drills.ecs;

import java.time.Instant;

/** One event of a service, in ECS's words. */
public record ServiceEvent(Instant at, String message) {}
