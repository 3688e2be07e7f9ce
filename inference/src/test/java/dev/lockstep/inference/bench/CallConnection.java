package dev.lockstep.inference.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One HTTP/2 connection to a gRPC server, one call after the other, that costs as little as {@link
 * KeptAlive} does: headers are bytes that were made before, and of an answer only its length is
 * read.
 */
final class CallConnection implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
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
    headers = headers(method);
    frames.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0], 0, 0);
    send();
  }

  /** Literals without indexing, of fewer than 127 characters each. */
  private static byte[] headers(String method) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    List.of(
            Map.entry(":method", "POST"),
            Map.entry(":scheme", "http"),
            Map.entry(":path", method),
            Map.entry(":authority", "localhost"),
            Map.entry("content-type", "application/grpc"),
            Map.entry("te", "trailers"),
            Map.entry("x-request-timeout-ms", "10000"))
        .forEach(header -> {
          block.write(0);
          for (String text : List.of(header.getKey(), header.getValue())) {
            block.write(text.length());
            block.writeBytes(text.getBytes(US_ASCII));
          }
        });
    return block.toByteArray();
  }

  /** Sends a message, and reads the answer: how many bytes its message has, none of a refusal. */
  int exchange(byte[] message) throws IOException {
    stream += 2;
    frame(HEADERS, END_HEADERS, stream, headers, 0, headers.length);
    byte[] data =
        ByteBuffer.allocate(PREFIX + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    for (int from = 0; from < data.length; from += LONGEST_FRAME) {
      int length = Math.min(LONGEST_FRAME, data.length - from);
      frame(DATA, from + length == data.length ? END_STREAM : 0, stream, data, from, length);
    }
    send();
    return answer();
  }

  private int answer() throws IOException {
    int bytes = 0;
    boolean ended = false;
    while (!ended) {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      in.readInt();
      byte[] payload = in.readNBytes(lengthAndType >>> Byte.SIZE);
      switch (lengthAndType & 0xff) {
        case DATA -> bytes += payload.length;
        case HEADERS -> ended = (flags & END_STREAM) != 0;
        case SETTINGS -> acknowledge(SETTINGS, flags, new byte[0]);
        case PING -> acknowledge(PING, flags, payload);
        default -> {
          // Windows of the server, which are larger than any message here.
        }
      }
    }
    if (bytes > 0) {
      frame(
          WINDOW_UPDATE,
          0,
          0,
          ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array(),
          0,
          Integer.BYTES);
    }
    return Math.max(0, bytes - PREFIX);
  }

  private void acknowledge(int type, int flags, byte[] payload) throws IOException {
    if ((flags & ACK) == 0) {
      frame(type, ACK, 0, payload, 0, payload.length);
    }
  }

  private void frame(int type, int flags, int of, byte[] payload, int from, int length)
      throws IOException {
    out.writeInt((length << Byte.SIZE) | type);
    out.writeByte(flags);
    out.writeInt(of);
    out.write(payload, from, length);
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
