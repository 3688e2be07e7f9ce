package dev.lockstep.inference.batching;

import dev.lockstep.inference.engine.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests as rows of one run, and its outputs as theirs again. The first axis is that of the rows;
 * all others agree. Pure.
 */
final class TensorRows {
  private TensorRows() {}

  /** A run did not give a row for each that it took; what was seen and what was needed. */
  static final class MismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MismatchException(String problem) {
      super(problem);
    }
  }

  /** How many rows a request has. */
  static long rows(Map<String, Tensor> tensors) {
    return tensors.values().iterator().next().shape().getFirst();
  }

  /** Puts requests one behind the other, tensor by tensor. */
  static Map<String, Tensor> join(List<Map<String, Tensor>> requests) {
    Map<String, Tensor> joined = new LinkedHashMap<>();
    for (String name : requests.getFirst().keySet()) {
      List<Tensor> parts = new ArrayList<>(requests.size());
      for (Map<String, Tensor> request : requests) {
        Tensor part = request.get(name);
        if (part == null) {
          throw new IllegalArgumentException("requests of one kind differ in '%s'".formatted(name));
        }
        parts.add(part);
      }
      joined.put(name, join(name, parts));
    }
    return joined;
  }

  private static Tensor join(String name, List<Tensor> parts) {
    List<Long> shape = new ArrayList<>(parts.getFirst().shape());
    shape.set(0, parts.stream().mapToLong(part -> part.shape().getFirst()).sum());
    return switch (parts.getFirst()) {
      case Tensor.Numbers first -> {
        Tensor.Numbers whole = Tensor.allocate(first.type(), shape);
        ByteBuffer data = whole.data();
        for (Tensor part : parts) {
          if (!(part instanceof Tensor.Numbers numbers) || numbers.type() != first.type()) {
            throw new IllegalArgumentException("'%s' is of two types".formatted(name));
          }
          data.put(numbers.data());
        }
        yield whole;
      }
      case Tensor.Strings _ -> {
        List<byte[]> elements = new ArrayList<>();
        for (Tensor part : parts) {
          if (!(part instanceof Tensor.Strings(List<Long> _, List<byte[]> own))) {
            throw new IllegalArgumentException("'%s' is of two types".formatted(name));
          }
          elements.addAll(own);
        }
        yield new Tensor.Strings(shape, elements);
      }
    };
  }

  /**
   * Takes a run's outputs apart. Numbers are not copied; each part sees its own rows.
   *
   * @param rows of each request, in the order in which they were joined
   * @throws MismatchException when an output has not one row for each that went in
   */
  static List<Map<String, Tensor>> split(Map<String, Tensor> outputs, List<Long> rows) {
    long all = rows.stream().mapToLong(Long::longValue).sum();
    outputs.forEach((name, tensor) -> {
      if (tensor.shape().isEmpty() || tensor.shape().getFirst() != all) {
        throw new MismatchException(
            "the output '%s' has the shape %s for %d rows".formatted(name, tensor.shape(), all));
      }
    });
    List<Map<String, Tensor>> parts = new ArrayList<>(rows.size());
    long from = 0;
    for (long own : rows) {
      Map<String, Tensor> part = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
        part.put(output.getKey(), rows(output.getValue(), from, own, all));
      }
      parts.add(part);
      from += own;
    }
    return parts;
  }

  private static Tensor rows(Tensor tensor, long from, long own, long all) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.set(0, own);
    return switch (tensor) {
      case Tensor.Numbers numbers -> {
        ByteBuffer data = numbers.data();
        int row = Math.toIntExact(data.remaining() / all);
        yield new Tensor.Numbers(
            numbers.type(), shape, data.slice((int) from * row, (int) own * row));
      }
      case Tensor.Strings(List<Long> _, List<byte[]> elements) -> {
        int row = Math.toIntExact(elements.size() / all);
        yield new Tensor.Strings(
            shape, elements.subList((int) from * row, (int) (from + own) * row));
      }
    };
  }
}
