package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.AccountSettings;
import dev.lockstep.drills.time.Delay;
import dev.lockstep.drills.traffic.Demand;
import dev.lockstep.drills.traffic.GpuModel;
import dev.lockstep.scaler.policy.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A world and what happens in it.
 *
 * @param seed the same seed plays the same requests
 * @param faults what goes wrong, and when
 */
public record Scenario(
    String name,
    String about,
    AccountSettings account,
    Demand demand,
    GpuModel gpu,
    Map<String, String> environment,
    long seed,
    List<Scheduled> faults) {

  public Scenario {
    environment = Map.copyOf(environment);
    faults = List.copyOf(faults);
  }

  /** The brain's policy in this world. */
  public Policy policy() {
    return Policy.fromEnvironment(environment);
  }

  /** The same world under another name. */
  public Scenario named(String otherName, String otherAbout) {
    return new Scenario(otherName, otherAbout, account, demand, gpu, environment, seed, faults);
  }

  public Scenario withAccount(AccountSettings other) {
    return new Scenario(name, about, other, demand, gpu, environment, seed, faults);
  }

  /** The same world with another configuration of the brain. */
  public Scenario withEnvironment(Map<String, String> other) {
    return new Scenario(name, about, account, demand, gpu, other, seed, faults);
  }

  /** The same world with what goes wrong in it. */
  public Scenario withFaults(List<Scheduled> others) {
    return new Scenario(name, about, account, demand, gpu, environment, seed, others);
  }

  public Scenario withDemand(Demand other) {
    return new Scenario(name, about, account, other, gpu, environment, seed, faults);
  }

  public Scenario withSeed(long other) {
    return new Scenario(name, about, account, demand, gpu, environment, other, faults);
  }

  /** The same world with another time from ordering a host to a task serving on it. */
  public Scenario withLead(Duration lead) {
    Map<String, String> told = new HashMap<>(environment);
    told.put("LOCKSTEP_LEAD_SECONDS", String.valueOf(lead.toSeconds()));
    return new Scenario(
        name, about, account.withLead(Delay.of(lead)), demand, gpu, told, seed, faults);
  }
}
