package dev.lockstep.inference.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * HTTP/2 as bytes, for clients that say what no library would, or that cost next to nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-6">RFC 9113, section 6: frames</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2">RFC 7541, section 6.2.2: a
 *     literal header without indexing</a>
 */
public final class Http2Wire {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;

  public static final int ACK = 1;
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;

  private static final int SEVEN_BITS = 127;

  private Http2Wire() {}

  /** What came. */
  // Nobody compares two of them.
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int type, int flags, int stream, byte[] payload) {
    /** The error of a reset or, behind the last stream, of a farewell. */
    public int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? Integer.BYTES : 0);
    }

    /** What a farewell says of its reason. */
    public String reason() {
      return new String(payload, 2 * Integer.BYTES, payload.length - 2 * Integer.BYTES, US_ASCII);
    }

    public boolean endsStream() {
      return type <= HEADERS && (flags & END_STREAM) != 0;
    }
  }

  /** What a client begins with. */
  public static void greet(DataOutputStream out) throws IOException {
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    write(out, SETTINGS, 0, 0);
  }

  /** Writes a frame. */
  public static void write(DataOutputStream out, int type, int flags, int stream, byte... payload)
      throws IOException {
    write(out, type, flags, stream, payload, 0, payload.length);
  }

  /** Writes a frame whose payload is a part of an array. */
  public static void write(
      DataOutputStream out, int type, int flags, int stream, byte[] payload, int from, int length)
      throws IOException {
    out.writeInt((length << Byte.SIZE) | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload, from, length);
  }

  /** Reads the next frame. */
  public static Frame read(DataInputStream in) throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[lengthAndType >>> Byte.SIZE];
    in.readFully(payload);
    return new Frame(lengthAndType & 0xff, flags, stream, payload);
  }

  /**
   * The headers of a call by gRPC.
   *
   * @param more names and values in turns
   */
  public static byte[] callHeaders(String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      header(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
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
}
