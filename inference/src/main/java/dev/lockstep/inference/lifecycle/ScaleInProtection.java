package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Ticker;
import dev.lockstep.inference.lifecycle.ProtectionRule.Sight;
import dev.lockstep.inference.lifecycle.ProtectionRule.State;
import dev.lockstep.inference.lifecycle.ProtectionRule.Step;
import dev.lockstep.inference.settings.Setting;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ECS from choosing this task for scale-in while it holds long work. On where {@code
 * LOCKSTEP_PROTECT_AFTER} says how long that is. Whatever the agent answers, requests are served.
 */
@Context
@Requires(property = "lockstep.protect-after")
final class ScaleInProtection {
  private static final Logger LOG = LoggerFactory.getLogger(ScaleInProtection.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** After a refusal: the API behind the agent is throttled. */
  static final Duration BEFORE_AGAIN = Duration.ofSeconds(10);

  private final ProtectionRule rule;
  private final Optional<EcsAgent> agent;
  private final Batcher batcher;
  private final Liveness liveness;
  private final Ticker ticker;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("scale-in-protection").daemon().factory());

  private State state = new State.Unprotected();
  private Optional<Long> failedNanos = Optional.empty();

  @Inject
  ScaleInProtection(
      @Property(name = "lockstep.protect-after")
          @Setting(value = "scale-in protection for work that takes so long", byDefault = "off")
          Duration threshold,
      @Property(name = "ecs.agent.uri") Optional<URI> agent,
      JsonMapper json,
      Batcher batcher,
      Liveness liveness,
      Ticker ticker) {
    this(
        new ProtectionRule(threshold),
        agent.map(uri -> new HttpEcsAgent(uri, json)),
        batcher,
        liveness,
        ticker);
  }

  ScaleInProtection(
      ProtectionRule rule,
      Optional<EcsAgent> agent,
      Batcher batcher,
      Liveness liveness,
      Ticker ticker) {
    this.rule = rule;
    this.agent = agent;
    this.batcher = batcher;
    this.liveness = liveness;
    this.ticker = ticker;
  }

  @PostConstruct
  void start() {
    if (agent.isEmpty()) {
      LOG.warn(
          "LOCKSTEP_PROTECT_AFTER is set but ECS_AGENT_URI is not: this is no task of ECS, and"
              + " nothing protects it");
      return;
    }
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    timer.shutdownNow();
  }

  /** One look, and what follows from it. */
  void look() {
    try {
      Sight sight = sight();
      if (failedNanos.isPresent()
          && sight.nowNanos() - failedNanos.get() < BEFORE_AGAIN.toNanos()) {
        return;
      }
      act(rule.step(state, sight), sight);
    } catch (RuntimeException failed) {
      // A scheduled task that throws never runs again.
      LOG.error("scale-in protection is not looked after", failed);
    }
  }

  private Sight sight() {
    Duration backlog = batcher.backlog();
    Duration oldest = batcher.oldestRun().orElse(Duration.ZERO);
    Duration work = backlog.compareTo(oldest) > 0 ? backlog : oldest;
    return new Sight(ticker.nanos(), work, liveness.isAlive());
  }

  private void act(Step step, Sight sight) {
    try {
      tell(step, sight);
      state = rule.after(state, step, sight);
      failedNanos = Optional.empty();
    } catch (IOException refused) {
      if (failedNanos.isEmpty()) {
        LOG.warn("the ECS agent does not {} this task: {}", step, refused.getMessage());
      }
      failedNanos = Optional.of(sight.nowNanos());
    }
  }

  private void tell(Step step, Sight sight) throws IOException {
    EcsAgent told = agent.orElseThrow();
    switch (step) {
      case PROTECT -> {
        told.protect(ProtectionRule.EXPIRY);
        if (state instanceof State.Unprotected) {
          LOG.info("protected from scale-in: {} ms of work", sight.work().toMillis());
        }
      }
      case RELEASE -> {
        told.release();
        LOG.info("no longer protected from scale-in");
      }
      case NOTHING -> {}
    }
  }
}
