package dev.lockstep.drills.autoscaling;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The group's scaling activities of late. */
final class Activities {
  private static final int KEPT = 400;

  private final Map<String, ScalingActivity> byId = new LinkedHashMap<>();
  private long written;

  /** Begins one and returns its id. */
  String begin(String description, String cause, Instant now) {
    String id = nextId();
    write(
        new ScalingActivity(
            id,
            description,
            cause,
            ScalingActivity.Status.IN_PROGRESS,
            Optional.empty(),
            now,
            Optional.empty()));
    return id;
  }

  void succeed(String id, Instant now) {
    ScalingActivity begun = byId.get(id);
    if (begun != null) {
      byId.put(id, begun.ended(now));
    }
  }

  void fail(String description, String cause, String message, Instant now) {
    write(
        new ScalingActivity(
            nextId(),
            description,
            cause,
            ScalingActivity.Status.FAILED,
            Optional.of(message),
            now,
            Optional.of(now)));
  }

  private String nextId() {
    return "%08x-0000-4000-8000-000000000000".formatted(written++);
  }

  private void write(ScalingActivity activity) {
    byId.put(activity.id(), activity);
    if (byId.size() > KEPT) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  /** Newest first, as the API lists them. */
  List<ScalingActivity> newestFirst() {
    return new ArrayList<>(byId.values()).reversed();
  }

  boolean anyInProgress() {
    return byId.values().stream()
        .anyMatch(activity -> activity.status() == ScalingActivity.Status.IN_PROGRESS);
  }
}
