package dev.lockstep.scaler.decide;

/**
 * One sentence of why, with a code that machines can count.
 *
 * @param sentence for people: what was seen, in numbers
 */
public record Reason(Code code, String sentence) {

  /** What kind of thing shaped the plan. */
  public enum Code {
    /** The demand that won and the tasks it needs. */
    DEMAND,
    /** Demand could not be read, so nothing is concluded from it. */
    DEMAND_UNKNOWN,
    /** A task sustains less than is configured, by what its fleet has shown. */
    LEARNED_RATE,
    /** The schedule asks for more than demand does. */
    SCHEDULE,
    /** Hosts in service that ECS does not know for too long are not counted on. */
    NOT_REGISTERED,
    /** An operator's floor asks for more than demand does. */
    MANUAL_FLOOR,
    /** More tasks are already asked of ECS than demand needs; they are kept. */
    KEPT,
    /** A bound of the policy or of the group cut the wish. */
    BOUND,
    /** The most hosts a run may add cut the wish; the next run goes on. */
    STEP,
    /** No host of this group can hold a task of this service. */
    NO_FIT,
    /** Hosts register without room for a task, so that only one at a time is made up for. */
    UNFIT_HOSTS,
    /** Tasks wait for hosts to register. */
    WAITING_FOR_HOSTS,
    /** Tasks that have lost their host are asked for again when the next one registers. */
    WITHDRAWN,
    /** A host stands empty although tasks are missing: ECS is made to look again. */
    ASKED_AGAIN,
    /** Fewer are needed, and were for long enough: counts are lowered, a share at a time. */
    LOWERING,
    /** Fewer would do, but something forbids to lower now. */
    FROZEN,
    /** A deployment runs two revisions at once; both get their hosts. */
    DEPLOYMENT,
    /** Launches fail: no more hosts are asked for, no task counts on them. */
    LAUNCHES_FAIL,
    /** Somebody else scales the same counts; nothing is changed until one of the two is off. */
    SECOND_CONTROLLER,
    /** An operator's hold forbids every change. */
    HELD,
    /** The operator only asked to look. */
    OBSERVE_ONLY,
    /** Both counts are what they should be. */
    IN_STEP
  }
}
