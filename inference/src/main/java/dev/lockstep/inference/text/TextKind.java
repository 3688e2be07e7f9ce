package dev.lockstep.inference.text;

import dev.lockstep.inference.batching.BatchKind;
import dev.lockstep.inference.batching.BatchLimits;
import dev.lockstep.inference.batching.CostModel;
import dev.lockstep.inference.batching.Layout;
import dev.lockstep.inference.engine.ElementType;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.Outputs;
import dev.lockstep.inference.engine.Tensor;
import dev.lockstep.inference.engine.TensorSpec;
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.engine.Width;
import dev.lockstep.inference.model.Task;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Texts of one model in one run: BERT's inputs, padded to one length. Padding is id 0 under a mask
 * of 0, which the model does not look at. The mask of a text is 1, or its number in a row that it
 * shares; see {@link Engine#packs}.
 */
final class TextKind implements BatchKind<Tokens.Sequence, float[]> {
  private final Engine engine;
  private final Pooler pooler;
  private volatile BatchLimits limits;
  private final String output;
  private volatile CostModel cost = CostModel.UNMEASURED;
  private volatile OptionalInt sharedRowTokens = OptionalInt.empty();

  /**
   * A kind of its own for each model.
   *
   * @throws UnusableModelException when the model takes what a text model does not
   */
  TextKind(Engine engine, Pooler pooler, BatchLimits limits) {
    this.engine = engine;
    this.pooler = pooler;
    this.limits = limits;
    engine.inputs().forEach(TextKind::requireKnown);
    this.output = output(engine.outputs(), pooling() ? 3 : 2);
  }

  /** What the model gives is a vector a token; otherwise it is one a row. */
  private boolean pooling() {
    return pooler.pooling() != Task.Pooling.NONE;
  }

  /** Whether the model can tell texts of one row apart, in what goes in and in what comes out. */
  boolean mayShareRows() {
    return engine.packs() && pooling();
  }

  /** From now on texts share rows of so many tokens, for which the model has positions. */
  void shareRows(int tokens) {
    sharedRowTokens = OptionalInt.of(tokens);
  }

  @Override
  public OptionalInt sharedRowTokens() {
    return sharedRowTokens;
  }

  /** A vector a text has two dimensions, a vector a token three. */
  private static String output(List<TensorSpec> outputs, int dimensions) {
    return outputs.stream()
        .filter(spec -> spec.shape().size() == dimensions)
        .filter(spec -> spec.type() == ElementType.FP32 || spec.type() == ElementType.FP16)
        .map(TensorSpec::name)
        .findFirst()
        .orElseThrow(() ->
            new UnusableModelException(
                "the model gives %s; an FP32 or FP16 output of %d dimensions is needed"
                    .formatted(outputs, dimensions)));
  }

  private static void requireKnown(TensorSpec input) {
    switch (input.name()) {
      case "input_ids", "attention_mask", "token_type_ids", "position_ids" -> {}
      default ->
          throw new UnusableModelException(
              "the model takes '%s'; a text model takes input_ids, attention_mask, token_type_ids, position_ids"
                  .formatted(input.name()));
    }
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public CostModel cost() {
    return cost;
  }

  /** What warm-up has measured, and how large runs may be by it. */
  void measured(CostModel fitted, BatchLimits narrowed) {
    cost = fitted;
    limits = narrowed;
  }

  @Override
  public Prepared<float[]> prepare(List<Tokens.Sequence> texts, Layout layout) {
    Map<String, Tensor> inputs = new HashMap<>();
    for (TensorSpec spec : engine.inputs()) {
      inputs.put(spec.name(), input(spec.name(), texts, layout));
    }
    return width -> run(inputs, texts, layout, width);
  }

  private static Tensor input(String name, List<Tokens.Sequence> texts, Layout layout) {
    Tensor.Numbers tensor =
        Tensor.allocate(ElementType.INT64, List.of((long) layout.rows(), (long) layout.length()));
    LongBuffer data = tensor.longs();
    for (int i = 0; i < texts.size(); i++) {
      int number = layout.places().get(i).number();
      fill(name, texts.get(i), number, data, layout.firstToken(i));
    }
    return tensor;
  }

  private static void fill(
      String name, Tokens.Sequence text, int number, LongBuffer data, int start) {
    long[] ids = text.ids();
    switch (name) {
      case "input_ids" -> data.put(start, ids);
      case "token_type_ids" -> text.segments().ifPresent(segments -> data.put(start, segments));
      case "attention_mask" -> {
        for (int i = 0; i < ids.length; i++) {
          data.put(start + i, number);
        }
      }
      case "position_ids" -> {
        for (int i = 0; i < ids.length; i++) {
          data.put(start + i, i);
        }
      }
      default -> throw new IllegalStateException("checked at construction: " + name);
    }
  }

  private Supplier<List<float[]>> run(
      Map<String, Tensor> inputs, List<Tokens.Sequence> texts, Layout layout, Width width) {
    Outputs outputs = engine.lend(inputs, width);
    return () -> {
      try (outputs) {
        return pooled(outputs.tensors(), texts, layout);
      }
    };
  }

  private List<float[]> pooled(
      Map<String, Tensor> outputs, List<Tokens.Sequence> texts, Layout layout) {
    if (!(outputs.get(output) instanceof Tensor.Numbers hidden)) {
      throw new IllegalStateException("the model did not give its output '%s'".formatted(output));
    }
    int width = Math.toIntExact(hidden.shape().getLast());
    FloatBuffer floats = floats(hidden);
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      int first = pooling() ? layout.firstToken(i) : layout.places().get(i).row();
      vectors.add(pooler.pool(floats, first, texts.get(i).ids().length, width));
    }
    return vectors;
  }

  private static FloatBuffer floats(Tensor.Numbers tensor) {
    if (tensor.type() == ElementType.FP32) {
      return tensor.floats();
    }
    ShortBuffer halves = tensor.data().asShortBuffer();
    float[] floats = new float[halves.remaining()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.float16ToFloat(halves.get(i));
    }
    return FloatBuffer.wrap(floats);
  }
}
