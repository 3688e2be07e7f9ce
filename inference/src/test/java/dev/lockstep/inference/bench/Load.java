package dev.lockstep.inference.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Users of two kinds: those who wait for an answer before they ask again, and those who do not. All
 * of them are one thread, this one, and requests are bytes made before the clock starts.
 */
final class Load {
  /** Connections of an open loop; more than a budget of answers can be under way at once. */
  private static final int CONNECTIONS = 512;

  /**
   * How often an open loop sends what is due and takes in what has come. Waking up for each of them
   * takes CPU that the server misses; what they wait for it is part of what they are timed by.
   */
  private static final long TICK_NANOS = 1_000_000;

  /** Who waits for an answer before he asks again wants it, however long it takes. */
  private static final String PATIENT = "X-Request-Timeout-Ms: 10000\r\n";

  /** How vectors are asked for: numbers, which is the protocol's default, or base64. */
  enum Encoding {
    FLOAT,
    BASE64
  }

  private final URI server;
  private final Workload workload;
  private final List<Connection.Request> patient;
  private final List<Connection.Request> requests;
  private int next;

  Load(URI server, Workload workload, Encoding encoding) {
    this.server = server;
    this.workload = workload;
    this.patient = workload.texts().stream().map(text -> request(text, encoding, PATIENT)).toList();
    this.requests = workload.texts().stream().map(text -> request(text, encoding, "")).toList();
  }

  Workload workload() {
    return workload;
  }

  private static Connection.Request request(Workload.Text text, Encoding encoding, String headers) {
    String format =
        switch (encoding) {
          case FLOAT -> "";
          case BASE64 -> "\"encoding_format\":\"base64\",";
        };
    String body =
        "{\"model\":\"all-MiniLM-L6-v2\",%s\"input\":\"%s\"}".formatted(format, text.words());
    byte[] bytes =
        ("POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + headers
                + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body))
            .getBytes(StandardCharsets.US_ASCII);
    return new Connection.Request(
        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), text.tokens());
  }

  /**
   * Each client asks as soon as it is answered. What ends in the first fifth is not counted: every
   * answer that ends in the time after it is, so that a rate neither gains nor loses at its edges.
   */
  Samples closed(int clients, Duration measured) {
    try (Users users = new Users(clients)) {
      long begin = System.nanoTime() + measured.toNanos() / 5;
      long end = begin + measured.toNanos();
      for (Connection connection : List.copyOf(users.idle)) {
        users.ask(connection, pick(patient), System.nanoTime());
      }
      while (!users.isIdle()) {
        users.answers(
            /* wait= */ Duration.ofSeconds(1),
            (connection, status, now) -> {
              if (now >= begin && now < end) {
                users.tally.add(connection, status, now);
              }
              if (now < end) {
                users.ask(connection, pick(patient), now);
              }
            });
      }
      return users.samples(measured);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Requests come at random times whatever the server does, and are timed from when they should
   * have been sent, so that a server that stalls cannot slow its own measurement down. Those due in
   * the first fifth are not counted, so that the server already has the queue that the load makes.
   */
  Samples open(double perSecond, Duration measured, long seed) {
    try (Users users = new Users(CONNECTIONS)) {
      Random random = new Random(seed);
      Deque<Long> due = new ArrayDeque<>();
      long start = System.nanoTime();
      long begin = start + measured.toNanos() / 5;
      long end = begin + measured.toNanos();
      long nextDue = start;
      while (nextDue < end || !due.isEmpty() || !users.isIdle()) {
        long now = System.nanoTime();
        while (nextDue < end && nextDue <= now) {
          due.add(nextDue);
          nextDue += Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
        }
        while (!due.isEmpty() && !users.idle.isEmpty()) {
          users.ask(users.idle.getFirst(), pick(requests), due.remove());
        }
        LockSupport.parkNanos(TICK_NANOS - now % TICK_NANOS);
        users.answers(
            /* wait= */ Duration.ZERO,
            (connection, status, answered) -> {
              if (connection.since() >= begin) {
                users.tally.add(connection, status, answered);
              }
            });
      }
      return users.samples(measured);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Connection.Request pick(List<Connection.Request> from) {
    next = (next + 1) % from.size();
    return from.get(next);
  }

  /** Told of an answer, and when it came. */
  private interface OnAnswer {
    void answered(Connection connection, int status, long now) throws IOException;
  }

  /** Connections, and how many of them wait for an answer. */
  private final class Users implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private int underWay;
    private final Tally tally = new Tally();
    private final CpuUse connected;

    Users(int connections) throws IOException {
      for (int i = 0; i < connections; i++) {
        idle.add(Connection.open(server, selector));
      }
      connected = CpuUse.now();
    }

    boolean isIdle() {
      return underWay == 0;
    }

    void ask(Connection connection, Connection.Request request, long since) throws IOException {
      idle.remove(connection);
      underWay++;
      connection.send(request, since);
    }

    /** Takes in what has come, and waits for something to come where nothing has. */
    void answers(Duration wait, OnAnswer told) throws IOException {
      if (wait.isPositive()) {
        selector.select(Math.ceilDiv(wait.toNanos(), 1_000_000));
      } else {
        selector.selectNow();
      }
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) key.attachment();
        OptionalInt status = connection.receive();
        if (status.isPresent()) {
          underWay--;
          idle.add(connection);
          told.answered(connection, status.getAsInt(), System.nanoTime());
        }
      }
      selector.selectedKeys().clear();
    }

    Samples samples(Duration measured) {
      return tally.samples(measured, CpuUse.now().since(connected));
    }

    @Override
    public void close() throws IOException {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    }
  }

  /** Answers by what became of them. */
  private final class Tally {
    private final List<Samples.Served> served = new ArrayList<>();
    private final List<Double> refused = new ArrayList<>();
    private int failed;

    void add(Connection connection, int status, long now) {
      double millis = (now - connection.since()) / 1e6;
      switch (status) {
        case 200 -> served.add(new Samples.Served(millis, workload.sentences(connection.tokens())));
        case 429, 503 -> refused.add(millis);
        default -> failed++;
      }
    }

    Samples samples(Duration measured, CpuUse cpu) {
      return new Samples(measured.toNanos() / 1e9, served, refused, failed, cpu);
    }
  }
}
