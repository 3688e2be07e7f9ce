package dev.lockstep.scaler.act;

import dev.lockstep.scaler.decide.Step;

/** A step and what came of it. */
public record StepResult(Step step, Outcome outcome) {}
