package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.RowSharing;
import dev.lockstep.inference.batching.TensorModel;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.text.Limits;
import dev.lockstep.inference.text.TextModel;
import dev.lockstep.inference.text.TextTokenizer;
import dev.lockstep.inference.text.TokenizeListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a model together from its files, and warms it up. */
public final class ModelLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

  /**
   * The longest run is a third of a budget: who comes waits for the rest of one, and for his own,
   * and the device needs one to go on with meanwhile.
   */
  private static final int RUNS_A_BUDGET = 3;

  private final Batcher batcher;
  private final Limits limits;
  private final BatchLimits byDefault;
  private final Duration budget;
  private final TokenizeListener listener;

  /**
   * Loads models for a device.
   *
   * @param byDefault how large runs may be of a model that says nothing of it
   * @param budget in which an answer is due by default
   */
  public ModelLoader(
      Batcher batcher,
      Limits limits,
      BatchLimits byDefault,
      Duration budget,
      TokenizeListener listener) {
    this.batcher = batcher;
    this.limits = limits;
    this.byDefault = byDefault;
    this.budget = budget;
    this.listener = listener;
  }

  /**
   * Loads a model.
   *
   * @param tokenizer the bytes of its {@code tokenizer.json}; asked for only by a model of texts
   * @throws UnusableModelException when it cannot be served
   */
  public ServedModel load(ModelCard card, Supplier<Engine> engine, Supplier<byte[]> tokenizer) {
    Engine loaded = engine.get();
    try {
      return warm(card, loaded, tokenizer);
    } catch (RuntimeException refused) {
      loaded.close();
      throw refused;
    }
  }

  private ServedModel warm(ModelCard card, Engine engine, Supplier<byte[]> tokenizer) {
    BatchLimits batchLimits = batchLimits(card);
    TensorModel tensors = new TensorModel(engine, batchLimits, batcher, sharing(card));
    Optional<TextModel> text =
        switch (card.task()) {
          case Task.OfText task ->
              Optional.of(
                  new TextModel(
                      task,
                      tokenizer(tokenizer.get()),
                      engine,
                      limits,
                      batchLimits,
                      batcher,
                      listener));
          case Task.Tensors _ -> Optional.empty();
        };
    Optional<CostModel> cost =
        text.map(model -> WarmUp.rehearse(model, batchLimits, engine.device().lanes() > 1))
            .or(() -> TensorWarmUp.rehearse(engine, batchLimits));
    cost.ifPresent(tensors::measured);
    LOG.info(
        "model {} on {} ({}), {}: {}",
        card.name(),
        engine.device().provider(),
        engine.device().name(),
        card.fingerprint().substring(0, 12),
        cost.map(ModelLoader::told).orElse("what a run costs is not known"));
    text.ifPresent(model -> limitRuns(model, cost.orElseThrow()));
    return new ServedModel(card, engine, tensors, text);
  }

  private void limitRuns(TextModel model, CostModel cost) {
    int tokens = model.measured(cost, budget.dividedBy(RUNS_A_BUDGET));
    LOG.info("a run has at most {} tokens", tokens);
  }

  private static RowSharing sharing(ModelCard card) {
    return card.batching()
        .together()
        .map(together -> together ? RowSharing.ALWAYS : RowSharing.NEVER)
        .orElse(
            switch (card.task()) {
              case Task.OfText _ -> RowSharing.WHERE_OPEN;
              case Task.Tensors _ -> RowSharing.AS_NAMED;
            });
  }

  private static String told(CostModel cost) {
    return "a run costs %d us and %d us a token"
        .formatted(Math.round(cost.fixedNanos() / 1e3), Math.round(cost.nanosPerToken() / 1e3));
  }

  private BatchLimits batchLimits(ModelCard card) {
    return new BatchLimits(
        card.batching().tokens().orElse(byDefault.paddedTokens()),
        card.batching().rows().orElse(byDefault.rows()),
        byDefault.lengthMultiple());
  }

  private static TextTokenizer tokenizer(byte[] definition) {
    try {
      return TextTokenizer.load(definition);
    } catch (IOException refused) {
      throw new UnusableModelException("tokenizer.json: " + refused.getMessage());
    }
  }
}
