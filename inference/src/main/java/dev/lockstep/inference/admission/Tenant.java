package dev.lockstep.inference.admission;

/**
 * Who asks, as far as fairness is concerned: the holder of one API key, or everybody where keys are
 * switched off.
 *
 * @param id of no meaning outside this server, and never the key
 */
public record Tenant(String id) {
  public static final Tenant ANYBODY = new Tenant("anybody");
}
