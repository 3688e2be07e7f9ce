package dev.lockstep.inference.grpc;

import dev.lockstep.inference.serving.ApiException;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request's message as it came, so that it is read by whom the server's rules say, and that what
 * is no message is answered in the server's words.
 */
sealed interface Body {
  /**
   * All of it.
   *
   * @param bytes nobody else's
   */
  // Made once and read once; nobody compares it.
  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] bytes) implements Body {}

  /** It could not be decompressed, or would be larger than a message may be. */
  record Refused(ApiException why) implements Body {}

  /** Reads it off the connection. */
  MethodDescriptor.Marshaller<Body> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Body body) {
          return switch (body) {
            case Bytes(byte[] bytes) -> new ByteArrayInputStream(bytes);
            case Refused _ -> throw new IllegalStateException("what was refused is not sent");
          };
        }

        @Override
        public Body parse(InputStream stream) {
          return read(stream);
        }
      };

  private static Body read(InputStream stream) {
    try {
      return new Bytes(
          stream instanceof KnownLength
              ? stream.readNBytes(stream.available())
              : stream.readAllBytes());
    } catch (StatusRuntimeException tooLarge) {
      // gRPC counts what comes out of a compressed message.
      return new Refused(
          tooLarge.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
              ? ApiException.tooLarge()
              : ApiException.unreadable("the message cannot be decompressed"));
    } catch (IOException _) {
      return new Refused(ApiException.unreadable("the message cannot be decompressed"));
    }
  }
}
