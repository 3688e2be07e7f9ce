package dev.lockstep.inference.batching;

import java.time.Duration;

/**
 * What the device will make of work that comes now.
 *
 * @param delay from now to the answer, with everything that is ahead of it
 * @param alone the same, were nothing ahead of it
 * @param own what the work itself costs the device, in good company
 */
public record Prediction(Duration delay, Duration alone, Duration own) {}
