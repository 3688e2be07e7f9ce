package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of one request and one answer: takes the request in, and sends the answer or the error. */
final class UnaryCalls {
  private static final Logger LOG = LoggerFactory.getLogger(UnaryCalls.class);

  private UnaryCalls() {}

  /** What a call is for. */
  interface Work<A> {
    /**
     * Begins the work once the request has come in.
     *
     * @throws ApiException when nothing is to be done
     */
    void begin(byte[] request, Reply<A> reply);

    /** The caller has gone, or its deadline has passed. */
    default void cancel() {}
  }

  /** Takes the answer, or what it was that kept it from being, once. */
  static final class Reply<A> {
    private final ServerCall<?, A> call;

    private Reply(ServerCall<?, A> call) {
      this.call = call;
    }

    void send(A answer) {
      try {
        call.sendHeaders(new Metadata());
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
      } catch (RuntimeException failed) {
        LOG.error("an answer could not be sent", failed);
        Statuses.failed(call);
      }
    }

    void fail(Throwable problem) {
      switch (problem) {
        case CompletionException wrapped when wrapped.getCause() != null ->
            fail(wrapped.getCause());
        case ApiException refused -> Statuses.close(call, refused);
        default -> {
          LOG.error("a call failed", problem);
          Statuses.failed(call);
        }
      }
    }
  }

  /** Opens the door to a call that may still be refused before its request is read. */
  interface Door<A> {
    /**
     * Lets a call in.
     *
     * @throws ApiException when it may not come in
     */
    Work<A> open(Metadata headers);
  }

  static <A> ServerCallHandler<Body, A> handler(Door<A> door) {
    return (call, headers) -> {
      Reply<A> reply = new Reply<>(call);
      try {
        Work<A> work = door.open(headers);
        // One more than there should be, to see it.
        call.request(2);
        return new Listener<>(work, reply);
      } catch (ApiException refused) {
        reply.fail(refused);
        return new ServerCall.Listener<>() {};
      }
    };
  }

  private static final class Listener<A> extends ServerCall.Listener<Body> {
    private final Work<A> work;
    private final Reply<A> reply;
    private Optional<Body> request = Optional.empty();
    private boolean several;

    Listener(Work<A> work, Reply<A> reply) {
      this.work = work;
      this.reply = reply;
    }

    @Override
    public void onMessage(Body message) {
      several = request.isPresent();
      request = Optional.of(message);
    }

    @Override
    public void onHalfClose() {
      try {
        work.begin(bytes(), reply);
      } catch (RuntimeException problem) {
        reply.fail(problem);
      }
      request = Optional.empty();
    }

    private byte[] bytes() {
      if (request.isEmpty() || several) {
        throw ApiException.unreadable(
            "the call has %s; one is needed"
                .formatted(several ? "several messages" : "no message"));
      }
      return switch (request.get()) {
        case Body.Bytes(byte[] bytes) -> bytes;
        case Body.Refused(ApiException why) -> throw why;
      };
    }

    @Override
    public void onCancel() {
      work.cancel();
    }
  }
}
