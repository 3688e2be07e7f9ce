package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A world and what happens in it.
 *
 * @param seed the same seed plays the same requests
 */
public record Scenario(
    String name,
    String about,
    AccountSettings account,
    Demand demand,
    GpuModel gpu,
    Map<String, String> environment,
    long seed) {

  public Scenario {
    environment = Map.copyOf(environment);
  }

  /** The brain's policy in this world. */
  public Policy policy() {
    return Policy.fromEnvironment(environment);
  }

  public Scenario withDemand(Demand other) {
    return new Scenario(name, about, account, other, gpu, environment, seed);
  }

  public Scenario withSeed(long other) {
    return new Scenario(name, about, account, demand, gpu, environment, other);
  }

  /** The same world with another time from ordering a host to a task serving on it. */
  public Scenario withLead(Duration lead) {
    Map<String, String> told = new HashMap<>(environment);
    told.put("LOCKSTEP_LEAD_SECONDS", String.valueOf(lead.toSeconds()));
    return new Scenario(name, about, account.withLead(Delay.of(lead)), demand, gpu, told, seed);
  }
}
