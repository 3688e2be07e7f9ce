package dev.lockstep.scaler.observe;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Resource;

/** What ECS reports of a container instance's resources, in our terms. */
public final class ReportedResources {
  private ReportedResources() {}

  /** All that the host has for tasks. */
  public static Resources offered(ContainerInstance host) {
    return resources(host.registeredResources());
  }

  /** What no task holds now. */
  public static Resources remaining(ContainerInstance host) {
    return resources(host.remainingResources());
  }

  /** GPUs are listed by name, CPU and memory are counted. */
  private static Resources resources(List<Resource> resources) {
    return new Resources(
        resources.stream()
            .filter(resource -> "GPU".equals(resource.name()))
            .mapToInt(resource -> resource.stringSetValue().size())
            .sum(),
        whole(resources, "CPU"),
        whole(resources, "MEMORY"));
  }

  private static int whole(List<Resource> resources, String name) {
    return resources.stream()
        .filter(resource -> name.equals(resource.name()))
        .mapToInt(Resource::integerValue)
        .sum();
  }
}
