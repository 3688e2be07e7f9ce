package dev.lockstep.scaler.observe;

import java.time.Instant;
import java.util.Optional;

/** The operator's directives that are remembered for one service, lapsed ones included. */
public record Directives(Optional<Directive.Floor> floor, Optional<Directive.Hold> hold) {

  public static final Directives NONE = new Directives(Optional.empty(), Optional.empty());

  /** Those that still hold. */
  public Directives at(Instant now) {
    return new Directives(
        floor.filter(directive -> directive.holdsAt(now)),
        hold.filter(directive -> directive.holdsAt(now)));
  }
}
