package dev.lockstep.inference.batching;

/** Whom an answer is for: until when it is worth something, and whether anybody still waits. */
public record Caller(Deadline deadline, Cancellation cancellation) {}
