package dev.lockstep.inference.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * One kept-alive HTTP/1.1 connection that costs as little as can be: on two cores whatever the
 * client takes is missing in the server. Of an answer it reads the status and the length, and
 * counts the rest.
 */
final class Connection implements AutoCloseable {
  /**
   * A request, head and body.
   *
   * @param tokens of its text
   */
  record Request(ByteBuffer bytes, int tokens) {}

  private static final int HEAD_BYTES = 16_384;
  private static final String LENGTH = "\r\ncontent-length:";

  private final SocketChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(HEAD_BYTES);
  private long since;
  private int tokens;
  private boolean inBody;
  private int status;
  private int missing;

  private Connection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects, and has the selector told when an answer comes. */
  static Connection open(URI server, Selector selector) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  /**
   * Sends a whole request; it is small enough for the socket to take it at once.
   *
   * @param asked since when its answer is waited for
   */
  void send(Request request, long asked) throws IOException {
    since = asked;
    tokens = request.tokens();
    ByteBuffer left = request.bytes().duplicate();
    channel.write(left);
    if (left.hasRemaining()) {
      throw new IOException(
          "the socket did not take a request of %d bytes".formatted(left.limit()));
    }
  }

  long since() {
    return since;
  }

  /** Of the text that was sent. */
  int tokens() {
    return tokens;
  }

  /** Reads what has come: the answer's status when it is whole, nothing before. */
  OptionalInt receive() throws IOException {
    if (channel.read(received) < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (inBody) {
      missing -= received.position();
    } else if (!readHead()) {
      return OptionalInt.empty();
    }
    received.clear();
    if (missing > 0) {
      return OptionalInt.empty();
    }
    inBody = false;
    return OptionalInt.of(status);
  }

  private boolean readHead() throws IOException {
    byte[] bytes = received.array();
    int end = endOfHead(bytes, received.position());
    if (end == 0) {
      if (!received.hasRemaining()) {
        throw new IOException("an answer's head is longer than %d bytes".formatted(HEAD_BYTES));
      }
      return false;
    }
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    status = Integer.parseInt(head.substring(9, 12));
    missing = end + bodyLength(head) - received.position();
    inBody = true;
    return true;
  }

  /** Where the body begins; 0 while the head is not whole. */
  private static int endOfHead(byte[] bytes, int length) {
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private static int bodyLength(String head) throws IOException {
    int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer does not say its length: " + head);
    }
    int start = at + LENGTH.length();
    return Integer.parseInt(head.substring(start, head.indexOf('\r', start)).strip());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
