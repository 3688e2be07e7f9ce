package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ModelDirectory;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * gRPC's health check, which needs no key: whether the server can serve, at this moment. It is the
 * same for the server as a whole and for its one service. {@link ReadinessService} is for those
 * that do not read the answer.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">GRPC Health
 *     Checking Protocol</a>
 */
final class HealthService extends HealthGrpc.HealthImplBase {
  /** Who watches needs no key, and each is a call that does not end. */
  static final int MOST_WATCHERS = 64;

  private static final Set<String> NAMES = Set.of("", InferenceService.NAME);

  private final ModelDirectory directory;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  HealthService(ModelDirectory directory) {
    this.directory = directory;
  }

  @Override
  public void check(HealthCheckRequest question, StreamObserver<HealthCheckResponse> answer) {
    if (!NAMES.contains(question.getService())) {
      answer.onError(
          Status.NOT_FOUND.withDescription("there is no service of that name").asException());
      return;
    }
    answer.onNext(response(status()));
    answer.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest question, StreamObserver<HealthCheckResponse> answers) {
    Watcher watcher =
        new Watcher(
            (ServerCallStreamObserver<HealthCheckResponse>) answers,
            NAMES.contains(question.getService()));
    watcher.answers.setOnCancelHandler(() -> watchers.remove(watcher));
    if (watchers.size() >= MOST_WATCHERS) {
      answers.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("as many watch as may; ask with Check")
              .asException());
      return;
    }
    watchers.add(watcher);
    watcher.look();
    if (ended) {
      watcher.end();
    }
  }

  /** Tells those who watch, if there is something new. */
  void look() {
    watchers.forEach(Watcher::look);
  }

  /** Not serving from now on, and nobody is kept waiting. */
  void end() {
    ended = true;
    watchers.forEach(Watcher::end);
  }

  boolean isServing() {
    return directory.isReady() && !ended;
  }

  private ServingStatus status() {
    return isServing() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  private final class Watcher {
    private final ServerCallStreamObserver<HealthCheckResponse> answers;
    private final boolean known;
    private ServingStatus told = ServingStatus.UNKNOWN;
    private boolean over;

    Watcher(ServerCallStreamObserver<HealthCheckResponse> answers, boolean known) {
      this.answers = answers;
      this.known = known;
    }

    synchronized void look() {
      ServingStatus now = known ? status() : ServingStatus.SERVICE_UNKNOWN;
      if (now != told && !over && !answers.isCancelled()) {
        told = now;
        answers.onNext(response(now));
      }
    }

    synchronized void end() {
      look();
      watchers.remove(this);
      if (!over && !answers.isCancelled()) {
        over = true;
        answers.onError(Status.UNAVAILABLE.withDescription("this task is draining").asException());
      }
    }
  }
}
