package dev.lockstep.drills.claim;

/**
 * What became of a claim.
 *
 * @param claim as its scenario writes it
 * @param seen what was seen, in one sentence
 */
public record Verdict(String claim, boolean held, String seen) {}
