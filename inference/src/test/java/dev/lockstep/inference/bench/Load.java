package dev.lockstep.inference.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Users of two kinds: those who wait for an answer before they ask again, and those who do not. */
final class Load {
  /** Connections of an open loop; more than a budget of answers can be under way at once. */
  private static final int CONNECTIONS = 512;

  /** Who waits for an answer before he asks again wants it, however long it takes. */
  private static final String PATIENT = "X-Request-Timeout-Ms: 10000\r\n";

  private final URI server;
  private final List<byte[]> patient;
  private final List<byte[]> requests;

  Load(URI server, Workload workload) {
    this.server = server;
    this.patient =
        workload.texts().stream().map(text -> PlainClient.request(text, PATIENT)).toList();
    this.requests = workload.texts().stream().map(text -> PlainClient.request(text, "")).toList();
  }

  private record Answer(int status, double millis) {}

  /** Each client asks as soon as it is answered. The first fifth is not counted. */
  Samples closed(int clients, Duration measured) throws InterruptedException {
    long begin = System.nanoTime() + measured.toNanos() / 5;
    long end = begin + measured.toNanos();
    ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (PlainClient client = new PlainClient(server)) {
                  for (long start = System.nanoTime(); start < end; ) {
                    int status = client.exchange(pick(patient, next.getAndIncrement()));
                    long now = System.nanoTime();
                    if (start >= begin && now <= end) {
                      answers.add(new Answer(status, (now - start) / 1e6));
                    }
                    start = now;
                  }
                } catch (IOException failed) {
                  throw new UncheckedIOException(failed);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return samples(answers, measured);
  }

  /**
   * Requests come at random times whatever the server does, and are timed from when they should
   * have been sent, so that a server that stalls cannot slow its own measurement down.
   */
  Samples open(double perSecond, Duration measured, long seed) throws InterruptedException {
    ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    LinkedTransferQueue<Long> due = new LinkedTransferQueue<>();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger next = new AtomicInteger();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(Thread.ofVirtual().start(() -> send(due, answers, next)));
    }
    Random random = new Random(seed);
    long at = System.nanoTime() + 200_000_000;
    long end = at + measured.toNanos();
    while (at < end) {
      LockSupport.parkNanos(at - System.nanoTime());
      due.add(at);
      at += Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
    }
    threads.forEach(_ -> due.add(Long.MAX_VALUE));
    for (Thread thread : threads) {
      thread.join();
    }
    return samples(answers, measured);
  }

  private void send(
      LinkedTransferQueue<Long> due, ConcurrentLinkedQueue<Answer> answers, AtomicInteger next) {
    try (PlainClient client = new PlainClient(server)) {
      for (long at = due.take(); at != Long.MAX_VALUE; at = due.take()) {
        int status = client.exchange(pick(requests, next.getAndIncrement()));
        answers.add(new Answer(status, (System.nanoTime() - at) / 1e6));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] pick(List<byte[]> requests, int index) {
    return requests.get(Math.floorMod(index, requests.size()));
  }

  private static Samples samples(Iterable<Answer> answers, Duration measured) {
    List<Double> served = new ArrayList<>();
    List<Double> refused = new ArrayList<>();
    int failed = 0;
    for (Answer answer : answers) {
      switch (answer.status()) {
        case 200 -> served.add(answer.millis());
        case 429, 503 -> refused.add(answer.millis());
        default -> failed++;
      }
    }
    return new Samples(
        measured.toNanos() / 1e9,
        served.stream().mapToDouble(Double::doubleValue).toArray(),
        refused.stream().mapToDouble(Double::doubleValue).toArray(),
        failed);
  }
}
