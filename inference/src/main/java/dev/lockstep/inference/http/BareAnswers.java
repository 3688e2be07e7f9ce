package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.ApiException;
import io.micronaut.json.JsonMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Date;

/** Errors that are answered on the connection itself, where the framework does not come to. */
@Singleton
final class BareAnswers {
  private final JsonMapper json;

  BareAnswers(JsonMapper json) {
    this.json = json;
  }

  /**
   * The answer, in the shape of the protocol that is spoken at a path.
   *
   * @param path as it was asked for, or empty where that is not known
   */
  FullHttpResponse of(String path, ApiException refused) {
    byte[] body = body(ErrorAnswers.body(path, refused));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(ErrorAnswers.status(refused.kind()).getCode()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(Instant.now())))
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    ErrorAnswers.headers(refused).forEach((name, value) -> response.headers().set(name, value));
    return response;
  }

  private byte[] body(ErrorBody error) {
    try {
      return json.writeValueAsBytes(error);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
