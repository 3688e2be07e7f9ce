package dev.lockstep.drills.view;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JacksonJrExtension;
import com.fasterxml.jackson.jr.ob.api.ExtensionContext;
import com.fasterxml.jackson.jr.ob.api.ReaderWriterProvider;
import com.fasterxml.jackson.jr.ob.api.ValueWriter;
import com.fasterxml.jackson.jr.ob.impl.JSONWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is shown as JSON: each component by its name, in one line, {@code null} where absent.
 */
public final class SnapshotJson {
  private static final JSON WRITER = JSON.builder().register(new Optionals()).build();

  private SnapshotJson() {}

  /** A record, a list or a map of what {@link Snapshot} is made of. */
  public static String of(Object shown) {
    try {
      return WRITER.asString(shown);
    } catch (IOException impossible) {
      throw new UncheckedIOException("records of strings and numbers always serialize", impossible);
    }
  }

  private static final class Optionals extends JacksonJrExtension {
    @Override
    protected void register(ExtensionContext context) {
      context.insertProvider(
          new ReaderWriterProvider() {
            @Override
            public @Nullable ValueWriter findValueWriter(JSONWriter writer, Class<?> type) {
              if (type == OptionalDouble.class) {
                return new OptionalNumber();
              }
              return type == Optional.class ? new OptionalText() : null;
            }
          });
    }
  }

  private static final class OptionalNumber implements ValueWriter {
    @Override
    public void writeValue(JSONWriter context, JsonGenerator json, Object value)
        throws IOException {
      OptionalDouble number = (OptionalDouble) value;
      if (number.isPresent()) {
        json.writeNumber(number.getAsDouble());
      } else {
        json.writeNull();
      }
    }

    @Override
    public Class<?> valueType() {
      return OptionalDouble.class;
    }
  }

  private static final class OptionalText implements ValueWriter {
    @Override
    public void writeValue(JSONWriter context, JsonGenerator json, Object value)
        throws IOException {
      Optional<?> text = (Optional<?>) value;
      if (text.isPresent()) {
        json.writeString(text.get().toString());
      } else {
        json.writeNull();
      }
    }

    @Override
    public Class<?> valueType() {
      return Optional.class;
    }
  }
}
