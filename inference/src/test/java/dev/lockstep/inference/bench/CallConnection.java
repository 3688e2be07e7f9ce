package dev.lockstep.inference.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * One HTTP/2 connection to a gRPC server, one call after the other, that costs as little as {@link
 * KeptAlive} does: headers are bytes that were made before, and of an answer only its length is
 * read.
 */
final class CallConnection implements AutoCloseable {
  private static final int LONGEST_FRAME = 16_384;

  /** Before each message: whether it is packed, and its length. */
  private static final int PREFIX = 5;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
  private final byte[] headers;
  private int stream = -1;

  CallConnection(int port, String method) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), LONGEST_FRAME));
    out = new DataOutputStream(frames);
    headers = Http2Wire.callHeaders(method, "x-request-timeout-ms", "10000");
    Http2Wire.greet(out);
    send();
  }

  /** Sends a message, and reads the answer: how many bytes its message has, none of a refusal. */
  int exchange(byte[] message) throws IOException {
    stream += 2;
    Http2Wire.write(out, Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, headers);
    byte[] data =
        ByteBuffer.allocate(PREFIX + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    for (int from = 0; from < data.length; from += LONGEST_FRAME) {
      int length = Math.min(LONGEST_FRAME, data.length - from);
      int flags = from + length == data.length ? Http2Wire.END_STREAM : 0;
      Http2Wire.write(out, Http2Wire.DATA, flags, stream, data, from, length);
    }
    send();
    return answer();
  }

  private int answer() throws IOException {
    int bytes = 0;
    boolean ended = false;
    while (!ended) {
      Http2Wire.Frame frame = Http2Wire.read(in);
      switch (frame.type()) {
        case Http2Wire.DATA -> bytes += frame.payload().length;
        case Http2Wire.HEADERS -> ended = frame.endsStream();
        case Http2Wire.SETTINGS -> acknowledge(frame, new byte[0]);
        case Http2Wire.PING -> acknowledge(frame, frame.payload());
        default -> {
          // Windows of the server, which are larger than any message here.
        }
      }
    }
    if (bytes > 0) {
      byte[] window = ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
      Http2Wire.write(out, Http2Wire.WINDOW_UPDATE, 0, 0, window);
    }
    return Math.max(0, bytes - PREFIX);
  }

  private void acknowledge(Http2Wire.Frame frame, byte[] payload) throws IOException {
    if ((frame.flags() & Http2Wire.ACK) == 0) {
      Http2Wire.write(out, frame.type(), Http2Wire.ACK, 0, payload);
    }
  }

  /** In one packet, with what was to be said in answer to the server. */
  private void send() throws IOException {
    socket.getOutputStream().write(frames.toByteArray());
    frames.reset();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
