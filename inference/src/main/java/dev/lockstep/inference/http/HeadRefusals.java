package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Tenant;
import dev.lockstep.inference.batching.Cancellation;
import dev.lockstep.inference.lifecycle.Readiness;
import dev.lockstep.inference.serving.ApiException;
import dev.lockstep.inference.serving.ApiKeys;
import dev.lockstep.inference.serving.Budget;
import dev.lockstep.inference.serving.Incoming;
import dev.lockstep.inference.serving.RequestGuard;
import dev.lockstep.inference.telemetry.RequestRecords;
import dev.lockstep.inference.telemetry.Trace;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Refuses overload where a request's head is all that was read. A refusal is what an overloaded
 * server does for most of its callers; what it costs is missing to those let in, and most of what
 * it costs by way of the framework is the framework.
 *
 * <p>Only plain requests to a server that is ready, with a key, whom the queue would make late.
 * Whatever is odd about one is the framework's business, and so is everything where requests are
 * logged or traced: it is there that this is done.
 */
@Singleton
final class HeadRefusals {
  /** Longer bodies are few, and may be too long at all. */
  private static final long LONGEST_BODY = 16_384;

  private final RequestGuard guard;
  private final Readiness readiness;
  private final ApiKeys keys;
  private final BareAnswers answers;
  private final RequestRecords records;

  HeadRefusals(
      RequestGuard guard,
      Readiness readiness,
      ApiKeys keys,
      BareAnswers answers,
      RequestRecords records) {
    this.guard = guard;
    this.readiness = readiness;
    this.keys = keys;
    this.answers = answers;
    this.records = records;
  }

  /** The head of a request whose key was seen. */
  private record Head(HttpRequest request, Tenant tenant) implements Incoming {
    @Override
    public Optional<Duration> budget() {
      return Optional.ofNullable(request.headers().get(Budget.HEADER)).map(Budget::parse);
    }

    @Override
    public Trace trace() {
      return Trace.NONE;
    }

    @Override
    public long bodyBytes() {
      return HttpUtil.getContentLength(request, -1L);
    }

    @Override
    public Runnable whenGone(Cancellation cancellation) {
      return () -> {};
    }
  }

  /** Whether it is seen here if a request would come late, and need not be looked at again. */
  boolean judges(HttpRequest request) {
    return !records.kept() && readiness.phase() == Readiness.Phase.READY && isPlain(request);
  }

  /** The answer to a request that is refused at once; nothing when it may go on. */
  Optional<FullHttpResponse> of(HttpRequest request) {
    if (!judges(request)) {
      return Optional.empty();
    }
    String path = request.uri();
    return keys.tenant(request.headers().get(HttpHeaderNames.AUTHORIZATION, ""))
        .flatMap(tenant -> refused(new Head(request, tenant), path))
        .map(refused -> answers.of(path, refused));
  }

  /** What is wrong with a request's own words is said to who gets past the queue. */
  private Optional<ApiException> refused(Head head, String path) {
    try {
      return Door.endpoint(path).flatMap(endpoint -> guard.atDoor(head, endpoint));
    } catch (ApiException _) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(HttpRequest request) {
    return request.decoderResult().isSuccess()
        && request.method().equals(HttpMethod.POST)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && HttpUtil.isKeepAlive(request)
        && !request.headers().contains(HttpHeaderNames.EXPECT)
        && hasShortBody(request);
  }

  private static boolean hasShortBody(HttpRequest request) {
    long bytes = HttpUtil.getContentLength(request, -1L);
    return bytes >= 0 && bytes <= LONGEST_BODY && !HttpUtil.isTransferEncodingChunked(request);
  }
}
