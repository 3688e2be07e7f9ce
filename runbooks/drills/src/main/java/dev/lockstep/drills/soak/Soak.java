package dev.lockstep.drills.soak;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.drill.Summary;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.drills.live.LiveStack;
import dev.lockstep.drills.live.Tempo;
import dev.lockstep.drills.traffic.Generator;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The live stack under load, with mishaps, and what is left when it has gone.
 *
 * <p>The demand is a part of an office day with its hourly spikes, and the account's clock runs
 * {@value #PACE} times as fast as the machine's, see {@link Tempo}: users send as many requests as
 * in two hours, the brain ticks as often, hosts live and die as long, in a {@value #PACE}th of the
 * time. Two cores cannot go faster: the spikes come to 170 requests a second, each of which is
 * computed by the real model.
 *
 * <p>First comes a short run whose only purpose is that everything has happened once: what the JVM
 * and its libraries load then and keep is no leak.
 */
public final class Soak {
  private static final int PACE = 6;

  /** Of the four leads that policies are compared at, about the shortest. */
  private static final Tempo TEMPO =
      new Tempo(PACE, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(90));

  /** Nobody looks at the page here. */
  private static final int ANY_PORT = 0;

  /** The middle of an office day, six minutes of it before a spike. */
  private static final Duration FROM = Duration.ofMinutes(7 * 60 + 54);

  private static final double MEAN_RATE = 10;

  /** A host dies in it, and another one comes for it. */
  private static final Duration FIRST_RUN = Duration.ofSeconds(40);

  private static final Duration FIRST_DEATH = Duration.ofSeconds(60);

  /** What has been closed ends in its own time: idle connections, threads that run out. */
  private static final Duration TO_SETTLE = Duration.ofSeconds(20);

  /** ECS may have backed off for a quarter of an hour of the account's. */
  private static final Duration TO_RECOVER = Duration.ofMinutes(3);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final Settings settings;
  private final BiConsumer<Duration, Change> story;
  private final LeakCheck leaks = LeakCheck.STANDARD;

  /**
   * How to soak.
   *
   * @param port where the load balancer listens
   * @param length of the run that counts, on the machine's clock
   * @param seed the same seed draws the same mishaps
   */
  public record Settings(int port, Duration length, long seed) {}

  /**
   * How it went.
   *
   * @param lines for people, a rule each
   */
  public record Result(boolean passed, Summary summary, List<String> lines) {
    public Result {
      lines = List.copyOf(lines);
    }
  }

  private record Run(Verdict.Facts facts, Summary summary) {}

  private Soak(Settings settings, BiConsumer<Duration, Change> story) {
    this.settings = settings;
    this.story = story;
  }

  /**
   * Soaks, and returns when everything has been closed again.
   *
   * @param story told of each change, with the time since the start of its run
   * @throws IllegalArgumentException when the length has no room for every mishap
   */
  public static Result run(Settings settings, BiConsumer<Duration, Change> story)
      throws InterruptedException {
    MishapPlan plan = MishapPlan.draw(settings.seed(), settings.length().multipliedBy(PACE));
    return new Soak(settings, story).run(plan);
  }

  private Result run(MishapPlan plan) throws InterruptedException {
    MishapPlan first =
        new MishapPlan(List.of(new MishapPlan.Entry(Mishap.HOST_DIES, FIRST_DEATH, FIRST_DEATH)));
    run(first, FIRST_RUN);
    Thread.sleep(BETWEEN_LOOKS);
    Resources before = Resources.now();
    Run soak = run(plan, settings.length());
    List<LeakCheck.Finding> findings = settled(before);
    Verdict verdict = Verdict.of(soak.facts(), findings);
    return new Result(
        verdict.passed(),
        soak.summary(),
        verdict.rules().stream().map(Verdict.Rule::line).toList());
  }

  /** As soon as nothing leaks, or when the time to settle is over. */
  private List<LeakCheck.Finding> settled(Resources before) throws InterruptedException {
    long start = System.nanoTime();
    List<LeakCheck.Finding> findings = leaks.compare(before, Resources.now());
    while (findings.stream().anyMatch(LeakCheck.Finding::leaks)
        && System.nanoTime() - start < TO_SETTLE.toNanos()) {
      Thread.sleep(BETWEEN_LOOKS);
      findings = leaks.compare(before, Resources.now());
    }
    return findings;
  }

  private Run run(MishapPlan plan, Duration length) throws InterruptedException {
    Excerpt demand =
        new Excerpt(
            Generator.RECURRING_SPIKES.demand(MEAN_RATE, settings.seed()),
            FROM,
            length.multipliedBy(PACE));
    AtomicInteger happened = new AtomicInteger();
    LiveStack stack =
        LiveStack.start(
            new LiveStack.Settings(settings.port(), ANY_PORT, demand, OptionalLong.empty(), TEMPO),
            story);
    Summary summary;
    try (stack) {
      stack.onTimeline(account -> arrange(plan, account, stack, happened));
      TimeUnit.NANOSECONDS.sleep(length.toNanos());
      summary = whole(stack);
    }
    return new Run(
        new Verdict.Facts(
            stack.answers(),
            demand.requests(),
            stack.problems(),
            summary.tasksServing(),
            summary.tasksAsked(),
            plan.entries().size(),
            happened.get(),
            plan.kills()),
        summary);
  }

  /** The summary when every task that is asked for serves, or when the time to recover is over. */
  private static Summary whole(LiveStack stack) throws InterruptedException {
    long start = System.nanoTime();
    Summary summary = stack.summary();
    while (summary.tasksServing() != summary.tasksAsked()
        && System.nanoTime() - start < TO_RECOVER.toNanos()) {
      Thread.sleep(BETWEEN_LOOKS);
      summary = stack.summary();
    }
    return summary;
  }

  /** Puts the plan on the account's timeline. */
  private static void arrange(
      MishapPlan plan, Account account, LiveStack stack, AtomicInteger happened) {
    Mishap.Victims victims = victims(account, stack);
    for (MishapPlan.Entry entry : plan.entries()) {
      account
          .timeline()
          .after(
              entry.at(),
              () -> {
                account.tell("mishap", entry.mishap().name());
                entry.mishap().begin(victims);
                happened.incrementAndGet();
              });
      if (entry.mishap().lasts()) {
        account
            .timeline()
            .after(
                entry.until(),
                () -> {
                  account.tell("over", entry.mishap().name());
                  entry.mishap().end(victims);
                });
      }
    }
  }

  private static Mishap.Victims victims(Account account, LiveStack stack) {
    return new Mishap.Victims() {
      @Override
      public Account account() {
        return account;
      }

      @Override
      public void killHost() {
        account.cluster().instances().stream()
            .map(ContainerInstance::host)
            .min(Comparator.comparing(host -> host.id()))
            .ifPresent(host -> account.group().kill(host.id()));
      }

      @Override
      public void killTask() {
        stack.crashOldestTask();
      }
    };
  }
}
