package dev.lockstep.inference.http;

import dev.lockstep.inference.batching.Caller;
import dev.lockstep.inference.lifecycle.ServedModel;
import dev.lockstep.inference.model.Task;
import dev.lockstep.inference.text.InputNames;
import dev.lockstep.inference.text.TextInput;
import dev.lockstep.inference.text.TextModel;
import dev.lockstep.inference.text.Tokens;
import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What requests about texts have in common.
 *
 * @param fields the body
 * @param name the model, as the client calls it
 * @param model it
 * @param task what it is for
 */
record TextRequest<T extends Task.OfText>(Fields fields, String name, TextModel model, T task) {
  private static final String INPUT = "a string, a list of strings, or token ids";

  /**
   * Finds the model that a body names.
   *
   * @param wanted the task that it must have
   * @param label the task's name
   * @throws ApiException 404 when the model does not serve, 400 when it is for something else
   */
  static <T extends Task.OfText> TextRequest<T> of(
      Exchange exchange, Fields fields, Class<T> wanted, String label) {
    String name = fields.text("model");
    // Whom a provider's clients ask for; this server keeps no accounts of them.
    fields.optionalText("user");
    ServedModel served = exchange.model(name);
    Task task = served.card().task();
    TextModel model =
        served
            .text()
            .filter(_ -> wanted.isInstance(task))
            .orElseThrow(() -> ApiException.otherTask(name, task, label));
    return new TextRequest<>(fields, name, model, wanted.cast(task));
  }

  /** What becomes of a text that is too long: what the client says, or else the model. */
  TextModel.TooLong tooLong() {
    return fields
        .flag("truncate")
        .map(cut -> cut ? TextModel.TooLong.CUT : TextModel.TooLong.REFUSED)
        .orElseGet(model::tooLong);
  }

  /**
   * What the model made of a request.
   *
   * @param outputs one a text, in order
   * @param usage what the request was charged
   */
  record Ran(List<float[]> outputs, Usage usage) {}

  /** The same for each task: the device is asked for when the size of the work is known. */
  CompletionStage<Ran> run(Exchange exchange, Tokens tokens) {
    Caller caller = exchange.charge(model.predict(tokens.total()));
    Usage usage = Usage.of(tokens.total());
    return model.run(tokens, caller).thenApply(outputs -> new Ran(outputs, usage));
  }

  /** The inputs, as the model reads them. */
  Tokens tokens() {
    return model.tokenize(inputs(), tooLong(), names());
  }

  /** A text, several, the token ids of one, or those of several. */
  private List<TextInput> inputs() {
    JsonNode input = input();
    if (input.isString()) {
      return List.of(new TextInput.Text(Fields.characters("input", input)));
    }
    if (isTokenIds(input)) {
      return List.of(tokenIds("input", input));
    }
    List<TextInput> inputs = new ArrayList<>();
    for (JsonNode item : input.values()) {
      inputs.add(input("input[" + inputs.size() + "]", item));
    }
    return inputs;
  }

  /** By what name complaints call the inputs. */
  private InputNames names() {
    JsonNode input = input();
    return new InputNames("input", input.isString() || isTokenIds(input));
  }

  private JsonNode input() {
    JsonNode input = fields.required("input", INPUT);
    if (!input.isString() && !input.isArray()) {
      throw fields.wrong("input", input, INPUT);
    }
    return input;
  }

  private static boolean isTokenIds(JsonNode input) {
    return input.isArray() && input.size() > 0 && input.values().iterator().next().isNumber();
  }

  private static TextInput input(String path, JsonNode item) {
    if (item.isString()) {
      return new TextInput.Text(Fields.characters(path, item));
    }
    if (item.isArray()) {
      return tokenIds(path, item);
    }
    throw ApiException.invalid(
        path, "is %s; a string or a list of token ids is needed".formatted(Fields.kind(item)));
  }

  private static TextInput tokenIds(String path, JsonNode list) {
    long[] ids = new long[list.size()];
    int next = 0;
    for (JsonNode id : list.values()) {
      ids[next] = Fields.whole(path + "[" + next + "]", id, 0, Integer.MAX_VALUE);
      next++;
    }
    return new TextInput.TokenIds(ids);
  }
}
