package dev.lockstep.inference.http;

import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A call of one operation that is served, which a test then spoils.
 *
 * @param operation method and path, as the OpenAPI document has them
 * @param model one that serves it
 * @param failing one of the same task whose run fails
 * @param body from a model's name; empty where the operation takes none
 */
record Call(String operation, String model, String failing, Optional<UnaryOperator<String>> body) {

  static Call get(String path) {
    return new Call("GET " + path, "fixed", "failing", Optional.empty());
  }

  /** A body is written with single quotes, and {@code %s} for the model. */
  static Call post(String path, String model, String failing, String body) {
    return new Call(
        "POST " + path,
        model,
        failing,
        Optional.of(name -> body.replace("%s", name).replace('\'', '"')));
  }

  String method() {
    return operation.substring(0, operation.indexOf(' '));
  }

  private String path(String name) {
    String template = operation.substring(operation.indexOf(' ') + 1);
    return template.replace("{name}", name).replace("{id}", name);
  }

  HttpRequest.Builder good(HttpTester http) {
    return of(http, model);
  }

  HttpRequest.Builder of(HttpTester http, String name) {
    HttpRequest.Builder request = http.request(path(name), "Authorization", "Bearer key");
    return body.map(made -> with(request, made.apply(name))).orElseGet(request::GET);
  }

  /** The same operation with another body. */
  HttpRequest.Builder with(HttpTester http, String text) {
    return with(http.request(path(model), "Authorization", "Bearer key"), text);
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String text) {
    return request
        .setHeader("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(text));
  }
}
