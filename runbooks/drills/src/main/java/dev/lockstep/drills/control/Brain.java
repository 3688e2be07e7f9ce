package dev.lockstep.drills.control;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.aws.SimulatedAutoScaling;
import dev.lockstep.drills.aws.SimulatedCloudWatch;
import dev.lockstep.drills.aws.SimulatedEcs;
import dev.lockstep.scaler.ScalerHandler;
import dev.lockstep.scaler.policy.Estate;
import dev.lockstep.scaler.policy.Policy;
import dev.lockstep.scaler.report.Decision;
import java.util.List;
import java.util.function.Consumer;

/** What is deployed as the function: a payload in, its decisions out. */
@FunctionalInterface
public interface Brain {
  List<Decision> decide(byte[] payload);

  /** Makes one for an account and a policy, which writes its log line by line. */
  @FunctionalInterface
  interface Maker {
    Brain make(Account account, Policy policy, Consumer<String> log);
  }

  /** The real handler. */
  static Brain lockstep(Account account, Policy policy, Consumer<String> log) {
    ScalerHandler handler =
        new ScalerHandler(
            new Estate(List.of(policy)),
            SimulatedEcs.of(account),
            SimulatedAutoScaling.of(account),
            SimulatedCloudWatch.of(account),
            account.timeline(),
            log);
    return handler::handle;
  }
}
