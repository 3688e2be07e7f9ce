package dev.lockstep.inference.grpc;

import dev.lockstep.inference.bench.Http2Wire;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A client that says what no library would: single frames of HTTP/2, in any order and number. */
final class Http2Frames implements AutoCloseable {
  static final int NO_ERROR = 0;
  static final int REFUSED_STREAM = 7;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Greets the server, and never says that it has read the server's settings. */
  Http2Frames(int port) throws IOException {
    socket = new Socket("localhost", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    Http2Wire.greet(out);
    flush();
  }

  /** Says that it has read the server's settings, which hold from then on. */
  Http2Frames agreeing() throws IOException {
    Http2Wire.write(out, Http2Wire.SETTINGS, Http2Wire.ACK, 0);
    flush();
    return this;
  }

  /** Begins a call that may have a request to come; more headers are names and values in turns. */
  void open(int stream, String method, String... more) throws IOException {
    byte[] headers = Http2Wire.callHeaders("/" + method, more);
    Http2Wire.write(out, Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, headers);
  }

  void reset(int stream) throws IOException {
    final int cancel = 8;
    byte[] error = ByteBuffer.allocate(Integer.BYTES).putInt(cancel).array();
    Http2Wire.write(out, Http2Wire.RST_STREAM, 0, stream, error);
  }

  void ping() throws IOException {
    Http2Wire.write(out, Http2Wire.PING, 0, 0, new byte[Long.BYTES]);
    flush();
  }

  void flush() throws IOException {
    out.flush();
  }

  /** The next frame of a type, past all others; nothing when the server has hung up. */
  Optional<Http2Wire.Frame> next(int type) {
    Optional<Http2Wire.Frame> frame = next();
    while (frame.isPresent() && frame.get().type() != type) {
      frame = next();
    }
    return frame;
  }

  /** The next frame; nothing when the server has hung up. */
  Optional<Http2Wire.Frame> next() {
    try {
      return Optional.of(Http2Wire.read(in));
    } catch (EOFException | SocketException _) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
