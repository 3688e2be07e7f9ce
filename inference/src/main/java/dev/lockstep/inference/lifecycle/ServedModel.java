package dev.lockstep.inference.lifecycle;

import dev.lockstep.inference.batching.TensorModel;
import dev.lockstep.inference.engine.Device;
import dev.lockstep.inference.engine.Engine;
import dev.lockstep.inference.model.ModelCard;
import dev.lockstep.inference.text.TextModel;
import java.util.Optional;

/**
 * A model that answers: its tensors always, its texts where it has a tokenizer. Closed by {@link
 * Models} when nobody uses it any more.
 */
public record ServedModel(
    ModelCard card, Engine engine, TensorModel tensors, Optional<TextModel> text)
    implements AutoCloseable {

  public Device device() {
    return engine.device();
  }

  @Override
  public void close() {
    text.ifPresent(TextModel::close);
    engine.close();
  }
}
