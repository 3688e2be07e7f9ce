package dev.lockstep.inference.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A connection on which a test says exactly what it wants, and when. */
final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final BufferedReader answers;

  RawConnection(URI server) {
    try {
      socket = new Socket(server.getHost(), server.getPort());
      socket.setSoTimeout(PATIENCE_MILLIS);
      answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Each character is one byte. */
  RawConnection send(String bytes) {
    try {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The status of the next answer, whose headers are read and left. */
  int status() {
    try {
      String first = Objects.requireNonNull(answers.readLine(), "the server hung up");
      for (String line = first; line != null && !line.isEmpty(); ) {
        line = answers.readLine();
      }
      return Integer.parseInt(first.split(" ", -1)[1]);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What comes before the server hangs up. */
  String rest() {
    try {
      StringBuilder text = new StringBuilder();
      for (int next = answers.read(); next >= 0; next = answers.read()) {
        text.append((char) next);
      }
      return text.toString();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
