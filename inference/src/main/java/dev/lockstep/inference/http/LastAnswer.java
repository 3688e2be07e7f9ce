package dev.lockstep.inference.http;

import dev.lockstep.inference.lifecycle.Readiness;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * While the server drains, each answer says that it is the last on its connection. Otherwise a
 * client would send the next request into a connection that is about to close, and lose it.
 */
@ServerFilter("/**")
final class LastAnswer {
  private final Readiness readiness;

  LastAnswer(Readiness readiness) {
    this.readiness = readiness;
  }

  @ResponseFilter
  void sayClose(MutableHttpResponse<?> response) {
    if (readiness.phase() == Readiness.Phase.DRAINING) {
      response.header(HttpHeaders.CONNECTION, "close");
    }
  }
}
