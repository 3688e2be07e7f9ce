package dev.lockstep.inference.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A client that says what no library would: single frames of HTTP/2, in any order and number.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-6">RFC 9113, section 6: frames</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2">RFC 7541, section 6.2.2: a
 *     literal header without indexing</a>
 */
final class Http2Frames implements AutoCloseable {
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int GOAWAY = 7;

  static final int NO_ERROR = 0;
  static final int REFUSED_STREAM = 7;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int SEVEN_BITS = 127;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** What the server said. */
  // Nobody compares two of them.
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(int type, int flags, int stream, byte[] payload) {
    /** The error of a reset or, behind the last stream, of a farewell. */
    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? Integer.BYTES : 0);
    }

    /** What a farewell says of its reason. */
    String reason() {
      return new String(payload, 2 * Integer.BYTES, payload.length - 2 * Integer.BYTES, US_ASCII);
    }

    boolean endsStream() {
      return type <= HEADERS && (flags & END_STREAM) != 0;
    }
  }

  /** Greets the server, and never says that it has read the server's settings. */
  Http2Frames(int port) throws IOException {
    socket = new Socket("localhost", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
    flush();
  }

  /** Says that it has read the server's settings, which hold from then on. */
  Http2Frames agreeing() throws IOException {
    send(SETTINGS, ACK, 0, new byte[0]);
    flush();
    return this;
  }

  /** Begins a call that may have a request to come; more headers are names and values in turns. */
  void open(int stream, String method, String... more) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", "/" + method);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      header(block, more[i], more[i + 1]);
    }
    send(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  void reset(int stream) throws IOException {
    final int cancel = 8;
    send(RST_STREAM, 0, stream, ByteBuffer.allocate(Integer.BYTES).putInt(cancel).array());
  }

  void ping() throws IOException {
    send(PING, 0, 0, new byte[Long.BYTES]);
    flush();
  }

  void flush() throws IOException {
    out.flush();
  }

  /** The next frame of a type, past all others; nothing when the server has hung up. */
  Optional<Frame> next(int type) {
    Optional<Frame> frame = next();
    while (frame.isPresent() && frame.get().type() != type) {
      frame = next();
    }
    return frame;
  }

  /** The next frame; nothing when the server has hung up. */
  Optional<Frame> next() {
    try {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[lengthAndType >>> Byte.SIZE];
      in.readFully(payload);
      return Optional.of(new Frame(lengthAndType & 0xff, flags, stream, payload));
    } catch (EOFException | SocketException _) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeInt((payload.length << Byte.SIZE) | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name);
    string(block, value);
  }

  private static void string(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < SEVEN_BITS) {
      block.write(length);
    } else {
      block.write(SEVEN_BITS);
      int rest = length - SEVEN_BITS;
      while (rest > SEVEN_BITS) {
        block.write((rest & SEVEN_BITS) | (SEVEN_BITS + 1));
        rest >>>= 7;
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(US_ASCII));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
