package dev.lockstep.inference.text;

import dev.lockstep.inference.batching.BatchKind;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.Batcher;
import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.Layout;
import dev.lockstep.inference.batching.Prediction;
import dev.lockstep.inference.batching.Sized;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that takes texts. In two steps, because they belong to different threads: {@link
 * #tokenize} computes on its caller's, {@link #run} only queues.
 *
 * <p>What a run gives is one array of numbers a text: a vector from an embedding model, logits from
 * a classifier or a reranker.
 */
public final class TextModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TextModel.class);

  /** Of different lengths, so that none begins where a row of its own would have it begin. */
  private static final List<TextInput> TRIED =
      List.of(
          new TextInput.Text("A cat and a dog."),
          new TextInput.Text("Good."),
          new TextInput.Text("The red fish is bad, and the blue one is great."));

  private final Task.OfText task;
  private final TextTokenizer tokenizer;
  private final Limits limits;
  private final Batcher batcher;
  private final TextKind kind;
  private final TokenizeListener listener;
  private volatile Optional<Integer> width = Optional.empty();

  public TextModel(
      Task.OfText task,
      TextTokenizer tokenizer,
      Engine engine,
      Limits limits,
      BatchLimits batchLimits,
      Batcher batcher,
      TokenizeListener listener) {
    this.task = task;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.batcher = batcher;
    this.listener = listener;
    this.kind = new TextKind(engine, pooler(task), batchLimits);
    if (!batchLimits.fits(1, batchLimits.padded(task.text().maxTokens()))) {
      throw new IllegalArgumentException(
          "a text of max_tokens %d does not fit in a run of %d padded tokens"
              .formatted(task.text().maxTokens(), batchLimits.paddedTokens()));
    }
  }

  private static Pooler pooler(Task.OfText task) {
    return switch (task) {
      case Task.Embedding embedding -> new Pooler(embedding.pooling(), embedding.normalized());
      case Task.Classification _, Task.Reranking _ -> new Pooler(Task.Pooling.NONE, false);
    };
  }

  public Task.OfText task() {
    return task;
  }

  /** What becomes of a text that is longer than the model takes. */
  public enum TooLong {
    /** It is refused: half a text has another meaning. */
    REFUSED,
    /** It is cut, because the client said so. */
    CUT
  }

  /** What is done when the client says nothing. */
  public TooLong tooLong() {
    return task.text().truncated() ? TooLong.CUT : TooLong.REFUSED;
  }

  /** Texts in the field that OpenAI has them in. */
  public Tokens tokenize(List<TextInput> inputs, TooLong tooLong) {
    return tokenize(inputs, tooLong, InputNames.INPUT);
  }

  /**
   * Texts to tokens, bounded before and after. It takes a CPU for up to some milliseconds: never on
   * an event loop.
   *
   * @throws InvalidTextException when there are too few or too many texts, or one is empty or long
   */
  public Tokens tokenize(List<TextInput> inputs, TooLong tooLong, InputNames names) {
    if (inputs.isEmpty() || inputs.size() > limits.inputs()) {
      throw new InvalidTextException(
          names.list(),
          "has %d texts; from 1 to %d are allowed".formatted(inputs.size(), limits.inputs()));
    }
    long start = System.nanoTime();
    List<Tokens.Sequence> sequences = new ArrayList<>(inputs.size());
    for (TextInput input : inputs) {
      sequences.add(tokenize(input, names.of(sequences.size()), tooLong));
    }
    Tokens tokens = new Tokens(sequences);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    listener.tokenized(inputs.size(), tokens.total(), took);
    return tokens;
  }

  /**
   * A query with each of the documents, which the client calls so.
   *
   * @throws InvalidTextException as {@link #tokenize} does, and when the query leaves no room
   */
  public Tokens tokenizePairs(String query, List<String> documents, TooLong tooLong) {
    requireText("query", query);
    // Behind the query come at least one token of the document and the one that closes it.
    int most = task.text().maxTokens() - 2;
    int tokens = tokenizer.tokenize(query).ids().length;
    if (tokens > most) {
      throw new InvalidTextException(
          "query", "has %d tokens; at most %d leave room for a document".formatted(tokens, most));
    }
    List<TextInput> pairs =
        documents.stream()
            .map(document -> (TextInput) new TextInput.Pair(query, document))
            .toList();
    return tokenize(pairs, tooLong, new InputNames("documents", false));
  }

  private Tokens.Sequence tokenize(TextInput input, String field, TooLong tooLong) {
    Tokens.Sequence sequence =
        switch (input) {
          case TextInput.Text(String text) -> {
            requireText(field, text);
            yield tokenizer.tokenize(task.text().prefix() + text);
          }
          case TextInput.Pair(String first, String second) -> {
            requireText(field, second);
            yield tokenizer.tokenize(first, second);
          }
          case TextInput.TokenIds(long[] ids) -> given(field, ids);
        };
    int most = task.text().maxTokens();
    if (sequence.ids().length <= most) {
      return sequence;
    }
    return switch (tooLong) {
      case REFUSED ->
          throw new InvalidTextException(
              field,
              "has %d tokens; at most %d are allowed".formatted(sequence.ids().length, most));
      case CUT -> cut(sequence, most);
    };
  }

  private Tokens.Sequence given(String field, long[] ids) {
    if (ids.length == 0) {
      throw new InvalidTextException(field, "is empty; a token is needed");
    }
    for (long id : ids) {
      if (id < 0 || id >= tokenizer.vocabulary()) {
        throw new InvalidTextException(
            field,
            "has a token id that the model does not know; from 0 to %d are allowed"
                .formatted(tokenizer.vocabulary() - 1));
      }
    }
    return new Tokens.Sequence(ids, Optional.empty());
  }

  private void requireText(String field, String text) {
    if (text.isBlank()) {
      throw new InvalidTextException(field, "is empty; a text is needed");
    }
    if (text.length() > limits.characters()) {
      throw new InvalidTextException(
          field,
          "has %d characters; at most %d are allowed"
              .formatted(text.length(), limits.characters()));
    }
  }

  /** The last token, which closes a text, stays the last. */
  private static Tokens.Sequence cut(Tokens.Sequence sequence, int most) {
    long[] ids = Arrays.copyOf(sequence.ids(), most);
    ids[most - 1] = sequence.ids()[sequence.ids().length - 1];
    return new Tokens.Sequence(
        ids, sequence.segments().map(segments -> Arrays.copyOf(segments, most)));
  }

  /** Queues tokenized texts; the answer has one array a text, in order. */
  public CompletableFuture<List<float[]>> run(Tokens tokens, Caller caller) {
    List<Sized<Tokens.Sequence>> sized =
        tokens.inputs().stream()
            .map(sequence -> new Sized<>(sequence, sequence.ids().length, 1))
            .toList();
    return batcher.submit(kind, sized, caller);
  }

  /** How long texts of this many tokens would take from now. */
  public Prediction predict(long tokens) {
    return batcher.predict(kind, tokens);
  }

  /**
   * Runs one batch of a shape by itself, for warm-up.
   *
   * @return how long the device took
   */
  public Duration rehearse(int rows, int length, Width width) {
    long[] ids = new long[length];
    List<Tokens.Sequence> texts =
        Collections.nCopies(rows, new Tokens.Sequence(ids, Optional.empty()));
    BatchKind.Prepared<float[]> prepared = kind.prepare(texts, Layout.apart(rows, length));
    long start = System.nanoTime();
    List<float[]> outputs = prepared.run(width).get();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    requireOutputs(outputs.getFirst().length);
    return took;
  }

  private void requireOutputs(int seen) {
    Optional<Integer> needed =
        switch (task) {
          case Task.Embedding _ -> Optional.empty();
          case Task.Classification classification -> Optional.of(classification.labels().size());
          case Task.Reranking _ -> Optional.of(1);
        };
    if (needed.isPresent() && needed.get() != seen) {
      throw new UnusableModelException(
          "the model gives %d numbers a text; its task, %s, needs %d"
              .formatted(seen, task.label(), needed.get()));
    }
    width = Optional.of(seen);
  }

  /**
   * How many numbers a text has.
   *
   * @throws IllegalStateException before the first rehearsal: models need not say it themselves
   */
  public int width() {
    return width.orElseThrow(() -> new IllegalStateException("the model was not rehearsed yet"));
  }

  /**
   * The beginning of a vector as a vector of its own, scaled to norm 1 where the model's are.
   *
   * @see <a href="https://arxiv.org/abs/2205.13147">Kusupati et al., Matryoshka Representation
   *     Learning</a>
   */
  public float[] shortened(float[] vector, int dimensions) {
    float[] beginning = Arrays.copyOf(vector, dimensions);
    return task instanceof Task.Embedding embedding && embedding.normalized()
        ? Pooler.normalize(beginning)
        : beginning;
  }

  /**
   * Lets texts share rows from now on, where the model can and its vectors are the same there.
   *
   * @return whether they do
   */
  public boolean shareRows() {
    if (!kind.mayShareRows()) {
      return false;
    }
    List<Tokens.Sequence> texts =
        TRIED.stream().map(text -> tokenize(text, "text", TooLong.CUT)).toList();
    Optional<String> problem = PackingCheck.problem(kind, texts);
    problem.ifPresentOrElse(
        reason -> LOG.warn("each text has a row of its own: {}", reason),
        () -> kind.shareRows(task.text().maxTokens()));
    return problem.isEmpty();
  }

  /**
   * What warm-up has measured. Runs are no larger than so much time allows, but the longest text
   * runs: who waits for a run that takes his whole budget is late, however few are before him.
   *
   * @return the tokens that a run has at most
   */
  public int measured(CostModel cost, Duration longestRun) {
    int longestText = kind.limits().padded(task.text().maxTokens());
    BatchLimits narrowed = kind.limits().withTokens(cost.tokensWithin(longestRun), longestText);
    kind.measured(cost, narrowed);
    return narrowed.paddedTokens();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
