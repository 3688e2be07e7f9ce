package dev.lockstep.scaler.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Everything that one function governs: a service or many. Services that name the same Auto Scaling
 * group share its hosts; where these do not suffice, who comes first in the list is served first.
 *
 * @param policies one a service, in order of priority
 */
public record Estate(List<Policy> policies) {

  public Estate {
    policies = List.copyOf(policies);
    if (policies.isEmpty()) {
      throw new InvalidPolicyException(
          ServiceList.VARIABLE + " lists no service; leave it unset to govern one");
    }
    requireDistinct(policies);
    sharing(policies).values().forEach(Estate::requireOneGroup);
  }

  /**
   * Reads the policies of all services: those that {@code LOCKSTEP_SERVICES} lists, see {@link
   * ServiceList}, or the one that the other variables describe.
   *
   * @throws InvalidPolicyException naming the variable, what it held and what it may hold
   */
  public static Estate fromEnvironment(Map<String, String> environment) {
    return new Estate(ServiceList.from(environment).stream().map(Policy::fromEnvironment).toList());
  }

  /** The policies by the group whose hosts they share, each list in order of priority. */
  public List<List<Policy>> byGroup() {
    return List.copyOf(sharing(policies).values());
  }

  private static Map<String, List<Policy>> sharing(List<Policy> policies) {
    Map<String, List<Policy>> byGroup = new LinkedHashMap<>();
    for (Policy policy : policies) {
      byGroup
          .computeIfAbsent(policy.fleet().autoScalingGroup(), _ -> new ArrayList<>())
          .add(policy);
    }
    return byGroup;
  }

  private static void requireDistinct(List<Policy> policies) {
    Set<String> seen = new HashSet<>();
    for (Policy policy : policies) {
      if (!seen.add(policy.fleet().cluster() + "/" + policy.fleet().service())) {
        throw new InvalidPolicyException(
            "service %s of cluster %s is listed twice"
                .formatted(policy.fleet().service(), policy.fleet().cluster()));
      }
    }
  }

  /** One group has one cluster, one set of bounds and one kind of host, whoever describes it. */
  private static void requireOneGroup(List<Policy> sharing) {
    Map<Setting, Function<Policy, Object>> ofTheGroup = new LinkedHashMap<>();
    ofTheGroup.put(Setting.CLUSTER, policy -> policy.fleet().cluster());
    ofTheGroup.put(Setting.MIN_HOSTS, policy -> policy.hosts().min());
    ofTheGroup.put(Setting.MAX_HOSTS, policy -> policy.hosts().max());
    ofTheGroup.put(Setting.MAX_STEP_HOSTS, Policy::maxStepHosts);
    ofTheGroup.put(Setting.GPUS_PER_HOST, policy -> policy.gpus().perHost());
    Map<Setting, Object> first = new HashMap<>();
    for (Policy policy : sharing) {
      ofTheGroup.forEach((setting, value) -> {
        Object said = first.computeIfAbsent(setting, _ -> value.apply(policy));
        if (!said.equals(value.apply(policy))) {
          throw new InvalidPolicyException(
              "%s is %s for service %s but %s for service %s, and both share group %s"
                  .formatted(
                      setting.variable(),
                      said,
                      sharing.getFirst().fleet().service(),
                      value.apply(policy),
                      policy.fleet().service(),
                      policy.fleet().autoScalingGroup()));
        }
      });
    }
  }
}
