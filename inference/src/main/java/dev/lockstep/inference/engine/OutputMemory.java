package dev.lockstep.inference.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory for a model's outputs, bound to them before the run: ONNX Runtime writes there, from a GPU
 * too, instead of into memory of its own that would be copied. It is used again and again, by one
 * run at a time; there is as much of it as runs have been read at once.
 *
 * <p>An output is bound when its shape is known before the run: each dimension has a size, or the
 * name of a dimension of an input. Names are what a model's maker says, and nobody holds him to
 * them. So they are believed after a run in which they were true, and never again after one in
 * which they were not.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/pull/16835">Output pinning in ONNX
 *     Runtime's Java interface</a>
 */
final class OutputMemory {
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  /**
   * Whether an output has had the shape that its names promise, in every run that was looked at.
   */
  private final Map<String, Boolean> keptPromises = new ConcurrentHashMap<>();

  private final Queue<Map<String, ByteBuffer>> free = new ConcurrentLinkedQueue<>();

  OutputMemory(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Memory for one run.
   *
   * @param bound the outputs that lie in it, to be written by the run
   * @param memory what it takes, one piece an output, each at least as large as it has to be
   */
  record Place(Map<String, Tensor.Numbers> bound, Map<String, ByteBuffer> memory) {}

  /** Memory for the outputs of a run of these inputs, as far as their shapes are known. */
  Place take(Map<String, Tensor> tensors) {
    Map<String, Tensor.Numbers> bound = new HashMap<>();
    Map<String, ByteBuffer> memory = Optional.ofNullable(free.poll()).orElseGet(HashMap::new);
    for (TensorSpec output : outputs) {
      if (keptPromises.getOrDefault(output.name(), false)) {
        shape(output, tensors)
            .ifPresent(shape -> bound.put(output.name(), within(memory, output, shape)));
      }
    }
    return new Place(bound, memory);
  }

  private static Tensor.Numbers within(
      Map<String, ByteBuffer> memory, TensorSpec output, List<Long> shape) {
    int bytes =
        Math.toIntExact(shape.stream().reduce((long) output.type().bytes(), Math::multiplyExact));
    ByteBuffer piece =
        memory.compute(
            output.name(),
            (_, had) ->
                had != null && had.capacity() >= bytes ? had : ByteBuffer.allocateDirect(bytes));
    return new Tensor.Numbers(output.type(), shape, piece.slice(0, bytes));
  }

  void giveBack(Place place) {
    free.add(place.memory());
  }

  /** Holds what the names promise against what came of a run in memory of ONNX Runtime's own. */
  void learn(Map<String, Tensor> tensors, Map<String, Tensor> came) {
    for (TensorSpec output : outputs) {
      if (came.get(output.name()) instanceof Tensor.Numbers numbers) {
        boolean kept = shape(output, tensors).filter(numbers.shape()::equals).isPresent();
        keptPromises.merge(output.name(), kept, Boolean::logicalAnd);
      }
    }
  }

  /** Never binds an output again. */
  void distrust(String output) {
    keptPromises.put(output, false);
  }

  private Optional<List<Long>> shape(TensorSpec output, Map<String, Tensor> tensors) {
    List<Long> shape = new ArrayList<>();
    for (int axis = 0; axis < output.shape().size(); axis++) {
      long size = output.shape().get(axis);
      Optional<Long> known =
          size >= 0 ? Optional.of(size) : sizeOf(output.axes().get(axis), tensors);
      known.ifPresent(shape::add);
    }
    return Optional.of(shape).filter(all -> all.size() == output.shape().size());
  }

  /** The size of the dimension of an input that has this name. */
  private Optional<Long> sizeOf(String name, Map<String, Tensor> tensors) {
    return inputs.stream()
        .filter(input -> !name.isEmpty() && input.axes().contains(name))
        .flatMap(input ->
            Optional.ofNullable(tensors.get(input.name())).stream()
                .map(tensor -> tensor.shape().get(input.axes().indexOf(name))))
        .findFirst();
  }
}
