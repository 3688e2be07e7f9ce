package dev.lockstep.scaler.decide;

import dev.lockstep.scaler.observe.Demand;
import dev.lockstep.scaler.observe.Directive;
import dev.lockstep.scaler.observe.Directives;
import dev.lockstep.scaler.observe.Observation;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.trigger.Request;
import dev.lockstep.scaler.trigger.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plan of one service while it is being made: reasons and steps gather in order. */
final class Draft {
  private final Member member;
  private final Learned learned;
  private final Policy policy;
  private final Optional<Request> request;
  private final Directives directives;
  private final List<Reason> reasons = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Wish wish;

  /**
   * Begins a plan.
   *
   * @param lead the lead of the hosts that would be ordered now
   */
  private Draft(Member member, Learned learned, Duration lead) {
    this.member = member;
    this.learned = learned;
    this.policy = member.policy().learned(learned.rate().rate(), lead);
    explainRate();
    this.request = requestOf(member.trigger());
    Directives before = observation().directives().at(observation().at());
    this.directives = request.map(asked -> after(asked, before)).orElse(before);
    request.flatMap(this::memoryStep).ifPresent(steps::add);
    this.wish = new Sizer(policy(), observation(), reasons).wish(directives.floor());
  }

  /** A plan that reckons with hosts that EC2 gives new. */
  static Draft of(Member member) {
    Learned learned = Learned.of(member.policy(), member.observation());
    return new Draft(member, learned, learned.leads().cold());
  }

  /** The same when so many more hosts may all come from the warm pool. */
  Draft forNext(int hosts) {
    Duration lead = learned.leads().ofNext(hosts, observation().experience().pooled());
    return lead.equals(policy.leadTime()) ? this : new Draft(member, learned, lead);
  }

  private void explainRate() {
    switch (learned.rate().change()) {
      case AS_CONFIGURED -> {}
      case LOWERED, RECOVERING -> because(Reason.Code.LEARNED_RATE, learned.rate().because());
    }
  }

  /** The operator's policy with what was learned in it. */
  Policy policy() {
    return policy;
  }

  /** How long demand must have been lower before anything is taken away. */
  Duration holdDown() {
    return Demand.holdDown(member.policy().leadTime());
  }

  Observation observation() {
    return member.observation();
  }

  Trigger trigger() {
    return member.trigger();
  }

  Wish wish() {
    return wish;
  }

  Optional<Directive.Floor> floor() {
    return directives.floor();
  }

  List<Reason> reasons() {
    return reasons;
  }

  void because(Reason.Code code, String sentence) {
    reasons.add(new Reason(code, sentence));
  }

  void add(List<Step> more) {
    steps.addAll(more);
  }

  /** Why no count of this service may change now; none when it may. */
  Optional<Reason> standStill() {
    if (request.filter(Request.Observe.class::isInstance).isPresent()) {
      return Optional.of(
          new Reason(
              Reason.Code.OBSERVE_ONLY, "the operator asked to look, so nothing is changed"));
    }
    if (!observation().rivals().isEmpty()) {
      return Optional.of(
          new Reason(
              Reason.Code.SECOND_CONTROLLER,
              "nothing is changed while there is a second controller: "
                  + String.join("; ", observation().rivals())));
    }
    return directives
        .hold()
        .map(hold ->
            new Reason(
                Reason.Code.HELD,
                "an operator holds every count until %s; release ends it".formatted(hold.until())));
  }

  Plan plan(Sizing sizing) {
    return new Plan(
        sizing,
        learned,
        steps,
        reasons,
        Outlook.next(this, steps),
        policy().dryRun() || dryRunAsked());
  }

  private boolean dryRunAsked() {
    return trigger() instanceof Trigger.Manual manual && manual.dryRun();
  }

  private static Optional<Request> requestOf(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Manual manual -> Optional.of(manual.request());
      case Trigger.Alarm _, Trigger.Tick _, Trigger.FleetEvent _ -> Optional.empty();
    };
  }

  private Directives after(Request asked, Directives before) {
    return switch (asked) {
      case Request.Observe _, Request.Reconcile _ -> before;
      case Request.Scale scale -> new Directives(Optional.of(floor(scale)), before.hold());
      case Request.Hold hold -> new Directives(before.floor(), Optional.of(hold(hold)));
      case Request.Release _ -> Directives.NONE;
    };
  }

  private Optional<Step> memoryStep(Request asked) {
    return switch (asked) {
      case Request.Observe _, Request.Reconcile _ -> Optional.empty();
      case Request.Scale scale -> Optional.of(new Step.Remember(floor(scale)));
      case Request.Hold hold -> Optional.of(new Step.Remember(hold(hold)));
      case Request.Release _ -> Optional.of(new Step.Forget());
    };
  }

  private Directive.Floor floor(Request.Scale scale) {
    return new Directive.Floor(scale.tasks(), observation().at().plus(scale.timeToLive()));
  }

  private Directive.Hold hold(Request.Hold hold) {
    return new Directive.Hold(observation().at().plus(hold.timeToLive()));
  }
}
