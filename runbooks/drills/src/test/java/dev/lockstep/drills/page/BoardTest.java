package dev.lockstep.drills.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers of every pace before one board. */
@Timeout(30)
final class BoardTest {
  private final Board board = new Board();

  @Test
  void whoComesLateGetsTheCurvesSoFarAndThenTheNewest() throws InterruptedException {
    board.put(Pictures.at(1));
    board.put(Pictures.at(2));
    Collected browser = new Collected();
    Thread _ = watch(join(), browser);

    assertThat(browser.messages.take())
        .startsWith("event: history\ndata: {\"samples\":[{")
        .contains("\"second\":1.0", "\"second\":2.0")
        .endsWith("}]}\n\n");
    assertThat(browser.messages.take()).startsWith("event: snapshot").contains("\"second\":2.0");
    board.put(Pictures.at(3));
    assertThat(browser.messages.take()).contains("\"second\":3.0");
  }

  @Test
  void aReaderWhoIsSlowMissesSnapshotsAndHoldsUpNobody() throws InterruptedException {
    Slow slow = new Slow();
    Thread _ = watch(join(), slow);
    slow.writing.await();

    for (int second = 1; second <= 1000; second++) {
      board.put(Pictures.at(second));
    }
    slow.goOn.countDown();

    assertThat(slow.messages.take()).startsWith("event: history");
    assertThat(slow.messages.take()).contains("\"second\":1000.0");
    assertThat(slow.messages).isEmpty();
  }

  @Test
  void aReaderWhoIsStuckIsEndedAfterTenSecondsAndNotBefore() throws InterruptedException {
    Slow stuck = new Slow();
    Reader reader = join();
    long begun = 1_000;
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                reader.copyTo(stuck, () -> begun);
              } catch (IOException | InterruptedException _) {
                board.leave(reader);
              }
            });
    stuck.writing.await();

    board.endStuck(begun + Duration.ofSeconds(10).toNanos());
    assertThat(thread.isInterrupted()).isFalse();
    assertThat(board.readers()).isEqualTo(1);

    board.endStuck(begun + Duration.ofSeconds(10).toNanos() + 1);
    thread.join();
    assertThat(board.readers()).isZero();
  }

  @Test
  void aReaderWhoOnlyWaitsForNewsIsNotStuck() throws InterruptedException {
    Collected browser = new Collected();
    Thread thread = watch(join(), browser);
    browser.messages.take();

    board.endStuck(Long.MAX_VALUE);

    board.put(Pictures.at(7));
    assertThat(browser.messages.take()).contains("\"second\":7.0");
    thread.interrupt();
    thread.join();
  }

  @Test
  void theCurvesAndTheReadersAreBounded() {
    for (int second = 1; second <= 700; second++) {
      board.put(Pictures.at(second));
    }
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      readers.add(join());
    }
    assertThat(board.join()).isEmpty();

    board.leave(readers.getFirst());
    assertThat(board.join()).isPresent();
  }

  @Test
  void tenMinutesOfCurvesAreKept() throws InterruptedException {
    for (int second = 1; second <= 700; second++) {
      board.put(Pictures.at(second));
    }
    Collected browser = new Collected();
    Thread _ = watch(join(), browser);

    assertThat(browser.messages.take())
        .contains("\"second\":101.0", "\"second\":700.0")
        .doesNotContain("\"second\":100.0");
  }

  private Reader join() {
    return board.join().orElseThrow();
  }

  private static Thread watch(Reader reader, OutputStream browser) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            reader.copyTo(browser, System::nanoTime);
          } catch (IOException | InterruptedException _) {
            // The test is over.
          }
        });
  }

  /** A browser that takes each message at once. */
  private static class Collected extends OutputStream {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    @Override
    public void write(int one) {
      throw new UnsupportedOperationException("messages are written whole");
    }

    @Override
    public void write(byte[] message) throws IOException {
      messages.add(new String(message, StandardCharsets.UTF_8));
    }
  }

  /** A browser that takes nothing until it is told to go on. */
  private static final class Slow extends Collected {
    final CountDownLatch writing = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void write(byte[] message) throws IOException {
      writing.countDown();
      try {
        goOn.await();
      } catch (InterruptedException _) {
        throw new IOException("closed by interrupt");
      }
      super.write(message);
    }
  }
}
