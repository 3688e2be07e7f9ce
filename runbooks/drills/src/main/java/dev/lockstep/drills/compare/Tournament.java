package dev.lockstep.drills.compare;

import dev.lockstep.drills.compare.Contender.Setting;
import dev.lockstep.drills.traffic.RequestTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Plays many trials on all cores. Each seed's requests are drawn once and meet every policy; which
 * core plays what does not matter for the result.
 */
public final class Tournament {
  /** Told of each trial that is over. */
  @FunctionalInterface
  public interface Progress {
    void trialOver();
  }

  private final Experiment experiment;
  private final int seeds;
  private final Progress progress;

  /**
   * A tournament.
   *
   * @param seeds 1 up to this
   */
  public Tournament(Experiment experiment, int seeds, Progress progress) {
    if (seeds < 1) {
      throw new IllegalArgumentException("a tournament needs 1 seed or more, not " + seeds);
    }
    this.experiment = experiment;
    this.seeds = seeds;
    this.progress = progress;
  }

  private record Entry(Contender contender, Setting setting, List<TrialResult> results) {}

  /** Plays each contender at the setting its user would start with. */
  public List<Standing> atUsualSettings(List<Contender> contenders) throws InterruptedException {
    return play(
        contenders.stream()
            .map(one -> new Entry(one, one.usualSetting(), new ArrayList<>()))
            .toList());
  }

  /** Plays each contender at all of its settings. */
  public List<Standing> atAllSettings(List<Contender> contenders) throws InterruptedException {
    return play(
        contenders.stream()
            .flatMap(one ->
                one.settings().stream().map(setting -> new Entry(one, setting, new ArrayList<>())))
            .toList());
  }

  private List<Standing> play(List<Entry> entries) throws InterruptedException {
    List<Double> optima = new ArrayList<>();
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      try {
        for (int seed = 1; seed <= seeds; seed++) {
          RequestTimes requests = RequestTimes.draw(experiment.workload().demand(), seed);
          optima.add(optimum(requests));
          playSeed(entries, seed, requests, cores);
        }
      } catch (InterruptedException | RuntimeException stopped) {
        cores.shutdownNow();
        throw stopped;
      }
    }
    return entries.stream()
        .map(entry ->
            new Standing(
                entry.contender().id(),
                entry.setting().knob(),
                entry.setting().equals(entry.contender().usualSetting()),
                entry.results(),
                optima))
        .toList();
  }

  private void playSeed(
      List<Entry> entries, long seed, RequestTimes requests, ExecutorService cores)
      throws InterruptedException {
    List<Future<TrialResult>> playing =
        entries.stream()
            .map(entry ->
                cores.submit(() -> {
                  TrialResult result =
                      TrialRunner.run(new Trial(experiment, entry.setting(), seed, requests));
                  progress.trialOver();
                  return result;
                }))
            .toList();
    for (int i = 0; i < playing.size(); i++) {
      entries.get(i).results().add(resultOf(playing.get(i), entries.get(i)));
    }
  }

  private static TrialResult resultOf(Future<TrialResult> trial, Entry entry)
      throws InterruptedException {
    try {
      return trial.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(
          "%s at %s failed: %s"
              .formatted(entry.contender().id(), entry.setting().knob(), failed.getCause()),
          failed.getCause());
    }
  }

  private double optimum(RequestTimes requests) {
    return Contenders.optimum(
            new Needs(requests, experiment.bounds().min()),
            Math.toIntExact(experiment.lead().median().toSeconds()),
            experiment.initial())
        .hostHours();
  }
}
