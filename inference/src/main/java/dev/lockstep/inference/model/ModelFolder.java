package dev.lockstep.inference.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model as files: {@code model.onnx}, for texts {@code tokenizer.json}, and what the service must
 * know of it in {@code lockstep.json}. What that does not say is read from the files that Hugging
 * Face models bring, and is never guessed: vectors of the wrong pooling look like any others.
 *
 * @param onnx the file with the weights
 * @param tokenizer only of models of texts
 */
public record ModelFolder(ModelCard card, Path onnx, Optional<Path> tokenizer) {

  /** A model folder, or the reason why it is none. */
  public sealed interface Result {
    record Usable(ModelFolder folder) implements Result {}

    record Refused(String reason) implements Result {}
  }

  /** Whether a folder claims to be a model. */
  public static boolean isOne(Path folder) {
    return ModelFiles.ONNX.stream().anyMatch(name -> Files.isRegularFile(folder.resolve(name)))
        || Files.isRegularFile(folder.resolve(ModelFiles.CONFIG));
  }

  /**
   * The model folders of a path: itself, or those in it, by name.
   *
   * @throws IOException when it cannot be listed
   */
  public static List<Path> in(Path path) throws IOException {
    if (isOne(path)) {
      return List.of(path);
    }
    try (Stream<Path> inside = Files.list(path)) {
      return inside.filter(Files::isDirectory).sorted().toList();
    }
  }

  /** What clients call it: what its {@code lockstep.json} says, or the folder's own name. */
  public static String nameOf(Path folder) {
    return new ModelFiles(folder).name();
  }

  /** Reads one; it does not load the weights. */
  public static Result read(Path folder) {
    try {
      return new Result.Usable(new ModelFiles(folder).read());
    } catch (ModelFiles.Problem problem) {
      return new Result.Refused(problem.reason());
    } catch (IOException failed) {
      return new Result.Refused("%s cannot be read: %s".formatted(folder, failed));
    }
  }
}
