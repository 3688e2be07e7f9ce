package dev.lockstep.inference;

import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.engine.EngineSettings;
import dev.lockstep.inference.engine.ModelSource;
import dev.lockstep.inference.engine.OnnxEngine;
import dev.lockstep.inference.engine.UnusableModelException;
import dev.lockstep.inference.lifecycle.ModelLoader;
import dev.lockstep.inference.lifecycle.Repository;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.model.EmbeddedModel;
import dev.lockstep.inference.model.ModelFolder;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.settings.UnusableSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where this server's models come from: its own jar, or folders. */
final class Repositories {
  private Repositories() {}

  /**
   * The model that the jar carries.
   *
   * @param given an engine to use in place of its own
   */
  static Repository embedded(
      EmbeddedModel model, ModelLoader loader, EngineSettings settings, Optional<Engine> given) {
    Supplier<Engine> engine =
        () ->
            given.orElseGet(
                () -> OnnxEngine.loadPacked(new ModelSource.Bytes(model.onnx()), settings));
    return new Repository() {
      @Override
      public List<String> names() {
        return List.of(EmbeddedModel.NAME);
      }

      @Override
      public Optional<Loader> find(String name) {
        return name.equals(EmbeddedModel.NAME)
            ? Optional.of(() -> loader.load(model.card(), engine, model::tokenizer))
            : Optional.empty();
      }
    };
  }

  /**
   * A model folder, or a folder of model folders. A model's name is that of its folder unless its
   * {@code lockstep.json} has another.
   *
   * @throws UnusableSettingException when there is no such folder, or no model in it
   */
  static Repository folders(Path path, ModelLoader loader, EngineSettings settings) {
    if (!Files.isDirectory(path)) {
      throw new UnusableSettingException(
          "LOCKSTEP_MODEL is '%s', which is no folder; it is a model folder or holds some"
              .formatted(path));
    }
    Repository folders = new Folders(path, loader, settings);
    if (folders.names().isEmpty()) {
      throw new UnusableSettingException(
          "LOCKSTEP_MODEL is '%s', which is no model folder (model.onnx) and holds none"
              .formatted(path));
    }
    return folders;
  }

  private record Folders(Path path, ModelLoader loader, EngineSettings settings)
      implements Repository {
    @Override
    public List<String> names() {
      return list().stream().map(Folders::name).toList();
    }

    @Override
    public Optional<Loader> find(String name) {
      return list().stream()
          .filter(folder -> name(folder).equals(name))
          .findFirst()
          .map(folder -> () -> load(folder));
    }

    private List<Path> list() {
      try {
        return ModelFolder.in(path);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    /** What the folder says of itself; its own name where that cannot be read. */
    private static String name(Path folder) {
      return ModelFolder.nameOf(folder);
    }

    private ServedModel load(Path folder) {
      return switch (ModelFolder.read(folder)) {
        case ModelFolder.Result.Refused(String reason) -> throw new UnusableModelException(reason);
        case ModelFolder.Result.Usable(ModelFolder usable) ->
            loader.load(
                usable.card(),
                () -> engine(usable, settings),
                () -> bytes(usable.tokenizer().orElseThrow()));
      };
    }

    /** Classes and scores are of a row's first text, whatever follows it. */
    private static Engine engine(ModelFolder folder, EngineSettings settings) {
      ModelSource model = new ModelSource.File(folder.onnx());
      return switch (folder.card().task()) {
        case Task.Embedding _ -> OnnxEngine.loadPacked(model, settings);
        case Task.Classification _, Task.Reranking _, Task.Tensors _ ->
            OnnxEngine.load(model, settings);
      };
    }

    private static byte[] bytes(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException failed) {
        throw new UnusableModelException("%s cannot be read: %s".formatted(file, failed));
      }
    }
  }
}
