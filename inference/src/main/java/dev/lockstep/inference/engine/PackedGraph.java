package dev.lockstep.inference.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites the graph of a text model, so that a row may hold several texts, one behind the other,
 * and no token of padding is computed for their being of different lengths. Its inputs stay as they
 * are; what is new is that the attention mask counts: 1 for the tokens of a row's first text, 2 for
 * those of its second, 0 for padding.
 *
 * <pre>
 *   token i looks at j   where  mask(j) = max(mask(i), 1)
 *   position of i        i - first(i)
 *   first(i)             the first j it looks at, where mask(i) &gt; 1, and 0 elsewhere
 * </pre>
 *
 * <p>Of a mask of zeros and ones the model makes bit for bit what it made before: every token,
 * padding too, looks at the ones, and positions are counted from the row's beginning.
 *
 * <p>What is recognised is what exporters write: {@code mask[:, None, None, :]}, by which the
 * scores of all tokens are masked alike, and a table of positions that tokens look up by number.
 * Positions that are an input of the model's own are left to who fills it, and so are models that
 * know no positions but relative ones.
 *
 * @see <a href="https://arxiv.org/abs/2107.02027">Krell et al., Efficient Sequence Packing without
 *     Cross-contamination</a>
 */
final class PackedGraph {
  private static final String MASK = "attention_mask";

  /** What may take the mask when it has a row a token; all of them go by the larger shape. */
  private static final Set<String> ELEMENTWISE =
      Set.of("Cast", "Sub", "Mul", "Equal", "Not", "Where", "Expand");

  /** The first version of ONNX's operators that takes axes as a tensor. */
  private static final long AXES_ARE_TENSORS = 13;

  private static final String OURS = "lockstep/";
  private static final String ALLOWED = OURS + "allowed";
  private static final String START = OURS + "start";
  private static final String POSITION = OURS + "position";

  private final OnnxModel model;
  private final boolean axesAreTensors;
  private final Map<String, List<Long>> constants = new LinkedHashMap<>();

  private PackedGraph(OnnxModel model) throws IOException {
    this.model = model;
    this.axesAreTensors = model.operators() >= AXES_ARE_TENSORS;
  }

  /** What came of it. */
  sealed interface Outcome {
    record Rewritten(ModelSource model) implements Outcome {}

    record Unchanged(String why) implements Outcome {}
  }

  /** Rewrites a model. */
  static Outcome of(ModelSource model) {
    try {
      return switch (model) {
        case ModelSource.Bytes(byte[] onnx) -> of(onnx);
        case ModelSource.File(Path onnx) -> of(onnx);
      };
    } catch (IOException | RuntimeException unreadable) {
      return new Outcome.Unchanged("the file is not read: " + unreadable.getMessage());
    }
  }

  /** It is in memory twice meanwhile, and out of memory is the end of the server. */
  private static Outcome of(Path onnx) throws IOException {
    long size = Files.size(onnx);
    long room = Runtime.getRuntime().maxMemory() / 2;
    return 2 * size > room
        ? new Outcome.Unchanged(
            "rewriting a file of %d MB takes twice that of the heap, and at most half of it is for that: %d MB"
                .formatted(size >> 20, room >> 20))
        : of(Files.readAllBytes(onnx));
  }

  private static Outcome of(byte[] onnx) throws IOException {
    return new PackedGraph(OnnxModel.parse(onnx)).rewritten();
  }

  private Outcome rewritten() throws IOException {
    Optional<String> mask = maskOfAll();
    if (mask.isEmpty()) {
      return new Outcome.Unchanged("no attention_mask[:, None, None, :] was found");
    }
    List<String> numbers = positionNumbers();
    if (numbers.size() > 1) {
      return new Outcome.Unchanged("positions may be any of " + numbers);
    }
    List<OnnxNode> nodes = rewired(mask.get(), numbers.stream().findFirst());
    return new Outcome.Rewritten(new ModelSource.Bytes(model.with(nodes, constants).toBytes()));
  }

  /** Each node behind those that make what it takes. */
  private List<OnnxNode> rewired(String mask, Optional<String> numbers) {
    List<OnnxNode> nodes = new ArrayList<>(maskNodes());
    Optional<OnnxNode> position =
        numbers.map(number -> OnnxNode.of(POSITION, "Sub", number, START));
    if (numbers.isPresent() && model.nodes().stream().noneMatch(node -> makes(node, numbers))) {
      position.ifPresent(nodes::add);
    }
    for (OnnxNode node : model.nodes()) {
      OnnxNode masked = node.replacing(mask, ALLOWED);
      nodes.add(numbers.map(number -> masked.replacing(number, POSITION)).orElse(masked));
      if (makes(node, numbers)) {
        position.ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private static boolean makes(OnnxNode node, Optional<String> tensor) {
    return tensor.filter(node.outputs()::contains).isPresent();
  }

  /** What masks the scores of all tokens of a row alike, of shape [batch, 1, 1, tokens]. */
  private Optional<String> maskOfAll() throws IOException {
    Map<String, List<Long>> axesAdded = new LinkedHashMap<>(Map.of(MASK, List.of()));
    for (OnnxNode node : model.nodes()) {
      if (node.is("Unsqueeze") && axesAdded.containsKey(node.inputs().getFirst())) {
        List<Long> axes = new ArrayList<>(axesAdded.get(node.inputs().getFirst()));
        axes.addAll(axes(node));
        axesAdded.put(node.outputs().getFirst(), axes);
      }
    }
    return axesAdded.entrySet().stream()
        .filter(tensor -> tensor.getValue().equals(List.of(1L, 2L)))
        .map(Map.Entry::getKey)
        .filter(this::isTakenElementwise)
        .findFirst();
  }

  private List<Long> axes(OnnxNode unsqueeze) throws IOException {
    return axesAreTensors
        ? model.constant(unsqueeze.inputs().get(1)).orElse(List.of())
        : unsqueeze.numbers("axes").orElse(List.of());
  }

  private boolean isTakenElementwise(String tensor) {
    return model.nodes().stream()
        .filter(node -> node.inputs().contains(tensor))
        .allMatch(node -> ELEMENTWISE.contains(node.operator()));
  }

  /** What a table of vectors is looked up by, other than an input such as the tokens. */
  private List<String> positionNumbers() throws IOException {
    List<String> numbers = new ArrayList<>();
    for (OnnxNode node : model.nodes()) {
      if (node.is("Gather") && !model.hasInput(node.inputs().get(1)) && isTable(node)) {
        numbers.add(node.inputs().get(1));
      }
    }
    return numbers;
  }

  private boolean isTable(OnnxNode gather) throws IOException {
    return model
        .weightShape(gather.inputs().getFirst())
        .filter(shape -> shape.size() == 2 && shape.getFirst() > 1)
        .isPresent();
  }

  /** From the mask alone, so that they come before all that take what they make. */
  private List<OnnxNode> maskNodes() {
    constants.put(OURS + "zero", List.of(0L));
    constants.put(OURS + "one", List.of(1L));
    return List.of(
        unsqueezed("looked_at", 1, 2),
        unsqueezed("looking", 1, 3),
        // Padding looks where the first text does.
        OnnxNode.of(OURS + "is_padding", "Equal", OURS + "looking", OURS + "zero"),
        cast("padding", "is_padding", OnnxModel.INT64),
        OnnxNode.of(OURS + "text", "Add", OURS + "looking", OURS + "padding"),
        OnnxNode.of(OURS + "looks_at", "Equal", OURS + "looked_at", OURS + "text"),
        cast("allowed", "looks_at", OnnxModel.INT64),
        // The first of the largest is the first one.
        cast("looks_at_numbers", "looks_at", OnnxModel.FLOAT),
        OnnxNode.of(OURS + "first_of_head", "ArgMax", OURS + "looks_at_numbers")
            .with("axis", 3)
            .with("keepdims", 0),
        OnnxNode.of(OURS + "shape", "Shape", MASK),
        OnnxNode.of(OURS + "first", "Reshape", OURS + "first_of_head", OURS + "shape"),
        OnnxNode.of(OURS + "is_later", "Greater", MASK, OURS + "one"),
        cast("later", "is_later", OnnxModel.INT64),
        OnnxNode.of(START, "Mul", OURS + "first", OURS + "later"));
  }

  private static OnnxNode cast(String output, String input, int type) {
    return OnnxNode.of(OURS + output, "Cast", OURS + input).with("to", type);
  }

  /** The mask with two more axes of size one. */
  private OnnxNode unsqueezed(String output, long first, long second) {
    List<Long> axes = List.of(first, second);
    if (!axesAreTensors) {
      return OnnxNode.of(OURS + output, "Unsqueeze", MASK).with("axes", axes);
    }
    String name = "%s%s/axes".formatted(OURS, output);
    constants.put(name, axes);
    return OnnxNode.of(OURS + output, "Unsqueeze", MASK, name);
  }
}
