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
 * @param key one that may call it
 * @param body from a model's name; empty where the operation takes none
 */
record Call(
    String operation,
    String model,
    String failing,
    String key,
    Optional<UnaryOperator<String>> body) {
  static final String OPERATOR = "operator";

  static Call get(String path) {
    return new Call("GET " + path, "fixed", "failing", "key", Optional.empty());
  }

  /** For operators alone. */
  static Call operator(String path) {
    return new Call("POST " + path, "spare", "spare", OPERATOR, Optional.of(_ -> "{}"));
  }

  boolean isOperators() {
    return key.equals(OPERATOR);
  }

  /** A body is written with single quotes, and {@code %s} for the model. */
  static Call post(String path, String model, String failing, String body) {
    return new Call(
        "POST " + path,
        model,
        failing,
        "key",
        Optional.of(name -> body.replace("%s", name).replace('\'', '"')));
  }

  String method() {
    return operation.substring(0, operation.indexOf(' '));
  }

  private String path(String name) {
    String template = operation.substring(operation.indexOf(' ') + 1);
    return template.replace("{name}", name).replace("{id}", name).replace("{version}", "1");
  }

  HttpRequest.Builder good(HttpTester http) {
    return of(http, model);
  }

  HttpRequest.Builder of(HttpTester http, String name) {
    HttpRequest.Builder request = http.request(path(name), "Authorization", "Bearer " + key);
    return body.map(made -> with(request, made.apply(name))).orElseGet(request::GET);
  }

  /** The head of one that is served, as bytes, and nothing of its body. */
  String head() {
    return "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            .formatted(method(), path(model), key)
        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n";
  }

  /** The same operation with another body. */
  HttpRequest.Builder with(HttpTester http, String text) {
    return with(http.request(path(model), "Authorization", "Bearer " + key), text);
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String text) {
    return request
        .setHeader("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(text));
  }
}
