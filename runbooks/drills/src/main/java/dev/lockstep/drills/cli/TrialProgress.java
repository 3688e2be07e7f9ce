package dev.lockstep.drills.cli;

import dev.lockstep.drills.compare.Tournament;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** How far a tournament is: a bar on a terminal, a line now and then elsewhere. */
sealed interface TrialProgress extends Tournament.Progress, AutoCloseable {

  /** For so many trials. */
  static TrialProgress of(long trials, PrintWriter err) {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return terminal ? new Bar(trials) : new Lines(trials, err);
  }

  @Override
  void close();

  /** A bar that redraws itself. */
  final class Bar implements TrialProgress {
    private final ProgressBar bar;

    Bar(long trials) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("trials")
              .setInitialMax(trials)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }

    @Override
    public void trialOver() {
      bar.step();
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line for each tenth. */
  final class Lines implements TrialProgress {
    private final long trials;
    private final PrintWriter err;
    private final AtomicLong over = new AtomicLong();

    Lines(long trials, PrintWriter err) {
      this.trials = trials;
      this.err = err;
    }

    @Override
    public void trialOver() {
      long now = over.incrementAndGet();
      if (now * 10 / trials != (now - 1) * 10 / trials) {
        err.printf("%d of %d trials%n", now, trials);
        err.flush();
      }
    }

    @Override
    public void close() {}
  }
}
