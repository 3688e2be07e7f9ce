package dev.lockstep.drills.page;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * One browser that watches, with a thread of its own that writes to it. It holds two messages at
 * most: the curves so far until they are sent, and the newest snapshot.
 */
final class Reader {
  /** A browser on this machine takes a message in milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition there = lock.newCondition();
  private Optional<String> first;
  private Optional<String> newest = Optional.empty();
  private Optional<Thread> writing = Optional.empty();
  private long writingSince;

  Reader(String first) {
    this.first = Optional.of(first);
  }

  /** Replaces what has not been taken. */
  void offer(String message) {
    lock.lock();
    try {
      newest = Optional.of(message);
      there.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes each message until the browser goes or the thread is interrupted.
   *
   * @throws IOException when the browser has gone
   */
  void copyTo(OutputStream stream, LongSupplier nanos) throws IOException, InterruptedException {
    while (true) {
      byte[] message = take().getBytes(StandardCharsets.UTF_8);
      begin(nanos.getAsLong());
      try {
        stream.write(message);
        stream.flush();
      } finally {
        end();
      }
    }
  }

  private String take() throws InterruptedException {
    lock.lock();
    try {
      while (first.isEmpty() && newest.isEmpty()) {
        there.await();
      }
      Optional<String> taken = first.isPresent() ? first : newest;
      if (first.isPresent()) {
        first = Optional.empty();
      } else {
        newest = Optional.empty();
      }
      return taken.orElseThrow();
    } finally {
      lock.unlock();
    }
  }

  private void begin(long now) {
    lock.lock();
    try {
      writing = Optional.of(Thread.currentThread());
      writingSince = now;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      writing = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  boolean isWriting() {
    lock.lock();
    try {
      return writing.isPresent();
    } finally {
      lock.unlock();
    }
  }

  /**
   * An interrupt closes the socket channel under a blocked write, which then throws.
   *
   * @see java.nio.channels.InterruptibleChannel
   */
  void endIfStuck(long nowNanos) {
    lock.lock();
    try {
      if (nowNanos - writingSince > PATIENCE.toNanos()) {
        writing.ifPresent(Thread::interrupt);
      }
    } finally {
      lock.unlock();
    }
  }
}
