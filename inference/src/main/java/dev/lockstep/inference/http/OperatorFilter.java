package dev.lockstep.inference.http;

import dev.lockstep.inference.serving.OperatorKeys;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Lets nobody but operators to the model repository. */
@ServerFilter("/v2/repository/**")
final class OperatorFilter {
  private final OperatorKeys keys;

  OperatorFilter(OperatorKeys keys) {
    this.keys = keys;
  }

  @RequestFilter
  void requireOperator(HttpRequest<?> request) {
    keys.require(request.getHeaders().get(HttpHeaders.AUTHORIZATION, String.class, ""));
  }
}
