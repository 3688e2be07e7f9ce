package dev.lockstep.drills.soak;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.account.ApiFaults;
import dev.lockstep.drills.account.Delivery;
import dev.lockstep.drills.autoscaling.Ec2Capacity;
import java.time.Duration;

/** What goes wrong around a live stack; each can begin at any time, several times, and end. */
enum Mishap {
  /** A host dies, with the task on it and what that was doing. */
  HOST_DIES(/* kills= */ true, /* lasts= */ false) {
    @Override
    void begin(Victims victims) {
      victims.killHost();
    }
  },

  /** A task's process ends, with what it was doing. */
  TASK_DIES(/* kills= */ true, /* lasts= */ false) {
    @Override
    void begin(Victims victims) {
      victims.killTask();
    }
  },

  /** EC2 has no host to give. */
  NO_CAPACITY(/* kills= */ false, /* lasts= */ true) {
    @Override
    void begin(Victims victims) {
      victims.account().group().capacity().deny(Ec2Capacity.ANY, Ec2Capacity.ANY);
    }

    @Override
    void end(Victims victims) {
      victims.account().group().capacity().grant(Ec2Capacity.ANY, Ec2Capacity.ANY);
    }
  },

  /** The service's own metrics are not published. */
  METRICS_LOST(/* kills= */ false, /* lasts= */ true) {
    @Override
    void begin(Victims victims) {
      victims.account().metrics().lose(SERVICE_NAMESPACE);
    }

    @Override
    void end(Victims victims) {
      victims.account().metrics().publishAgain(SERVICE_NAMESPACE);
    }
  },

  /** AWS throttles, breaks, and has other changes under way. */
  API_THROTTLED(/* kills= */ false, /* lasts= */ true) {
    @Override
    void begin(Victims victims) {
      victims.account().apiFaults().disturb(THROTTLED);
    }

    @Override
    void end(Victims victims) {
      victims.account().apiFaults().calm(THROTTLED);
    }
  },

  /** Hosts take three times as long to boot. */
  SLOW_BOOTS(/* kills= */ false, /* lasts= */ true) {
    @Override
    void begin(Victims victims) {
      victims.account().group().slowBoots(SLOW);
    }

    @Override
    void end(Victims victims) {
      victims.account().group().slowBoots(1 / SLOW);
    }
  },

  /** Triggers get lost, come twice, and overtake each other. */
  TRIGGERS_TWICE(/* kills= */ false, /* lasts= */ true) {
    @Override
    void begin(Victims victims) {
      victims.account().delivery().disturb(TWICE);
    }

    @Override
    void end(Victims victims) {
      victims.account().delivery().calm(TWICE);
    }
  };

  private static final String SERVICE_NAMESPACE = "Lockstep";
  private static final double SLOW = 3;
  private static final ApiFaults.Shares THROTTLED = new ApiFaults.Shares(0.3, 0.1, 0.3);
  private static final Delivery.Faults TWICE =
      new Delivery.Faults(0.2, 0.5, 0.3, Duration.ofSeconds(5));

  private final boolean kills;
  private final boolean lasts;

  Mishap(boolean kills, boolean lasts) {
    this.kills = kills;
    this.lasts = lasts;
  }

  /** Whether requests that a task has accepted may be lost with it. */
  boolean kills() {
    return kills;
  }

  /** Whether it has an end. */
  boolean lasts() {
    return lasts;
  }

  /** Whom it happens to. */
  interface Victims {
    Account account();

    /** The oldest host that is ready. */
    void killHost();

    /** The oldest task that serves. */
    void killTask();
  }

  /** On the account's timeline. */
  abstract void begin(Victims victims);

  /** On the account's timeline. */
  void end(Victims victims) {}
}
