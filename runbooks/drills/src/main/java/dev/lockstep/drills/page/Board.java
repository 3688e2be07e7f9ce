package dev.lockstep.drills.page;

import dev.lockstep.drills.view.Sample;
import dev.lockstep.drills.view.Snapshot;
import dev.lockstep.drills.view.SnapshotJson;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where snapshots are put up and readers take them from. Nobody who puts one up waits for a reader,
 * and a reader who is slow misses some: only the newest is kept for each.
 */
public final class Board {
  /** Ten minutes of curves, for who comes late. */
  private static final int SAMPLES_KEPT = 600;

  /** More browsers than one machine's users open. */
  private static final int MOST_READERS = 64;

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Set<Reader> readers = new HashSet<>();
  private Optional<Snapshot> newest = Optional.empty();

  /** Puts a snapshot up for all readers; never waits. */
  public synchronized void put(Snapshot snapshot) {
    newest = Optional.of(snapshot);
    samples.addLast(Sample.of(snapshot));
    if (samples.size() > SAMPLES_KEPT) {
      samples.removeFirst();
    }
    if (!readers.isEmpty()) {
      String message = message("snapshot", SnapshotJson.of(snapshot));
      readers.forEach(reader -> reader.offer(message));
    }
  }

  /** The newest snapshot as JSON; none before the first. */
  synchronized Optional<String> newest() {
    return newest.map(SnapshotJson::of);
  }

  /**
   * A reader from now on, who finds the curves so far and the newest snapshot; none are too many.
   */
  synchronized Optional<Reader> join() {
    if (readers.size() >= MOST_READERS) {
      return Optional.empty();
    }
    Reader reader = new Reader(message("history", history()));
    newest.ifPresent(snapshot -> reader.offer(message("snapshot", SnapshotJson.of(snapshot))));
    readers.add(reader);
    return Optional.of(reader);
  }

  private String history() {
    return SnapshotJson.of(Map.of("samples", List.copyOf(samples)));
  }

  synchronized void leave(Reader reader) {
    readers.remove(reader);
  }

  synchronized int readers() {
    return readers.size();
  }

  /** Readers who are being written to at this moment. */
  synchronized long writing() {
    return readers.stream().filter(Reader::isWriting).count();
  }

  /** Ends readers that are stuck in a write since long ago: they do not read, and hold a socket. */
  synchronized void endStuck(long nowNanos) {
    readers.forEach(reader -> reader.endIfStuck(nowNanos));
  }

  /**
   * One message of a stream of server-sent events.
   *
   * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
   *     events</a>
   */
  private static String message(String event, String data) {
    return "event: %s\ndata: %s\n\n".formatted(event, data);
  }
}
