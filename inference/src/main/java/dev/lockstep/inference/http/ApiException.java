package dev.lockstep.inference.http;

import dev.lockstep.inference.admission.Verdict;
import dev.lockstep.inference.model.Task;
import io.micronaut.http.HttpStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request that is answered with an error. Each protocol writes it in its own shape, see {@link
 * ErrorBody}.
 */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern NAME = Pattern.compile("[\\w./:@-]{1,100}");

  private final HttpStatus status;
  private final String problem;
  private final String code;
  private final transient Optional<String> field;
  private final transient Optional<Duration> retryAfter;

  private ApiException(HttpStatus status, String problem, String code, Optional<String> field) {
    this(status, problem, code, field, Optional.empty());
  }

  private ApiException(
      HttpStatus status,
      String problem,
      String code,
      Optional<String> field,
      Optional<Duration> retryAfter) {
    // An answer, not a failure: nobody reads where it was thrown, and under overload finding that
    // out would cost more than all the rest of a refusal.
    super(
        problem,
        /* cause= */ null,
        /* enableSuppression= */ false,
        /* writableStackTrace= */ false);
    this.status = status;
    this.problem = problem;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  static ApiException invalid(String field, String problem) {
    return new ApiException(
        HttpStatus.BAD_REQUEST, field + " " + problem, "invalid_value", Optional.of(field));
  }

  static ApiException malformed(String problem) {
    return new ApiException(HttpStatus.BAD_REQUEST, problem, "malformed_json", Optional.empty());
  }

  static ApiException unknownModel(String asked, Collection<String> served) {
    return new ApiException(
        HttpStatus.NOT_FOUND,
        "model%s is not served; served is %s".formatted(quoted(asked), String.join(", ", served)),
        "model_not_found",
        Optional.of("model"));
  }

  /** A name helps whoever mistyped it; what is no name may be somebody's text. */
  private static String quoted(String asked) {
    return NAME.matcher(asked).matches() ? " '" + asked + "'" : "";
  }

  /** What was said where a name is needed, as a complaint may repeat it. */
  static String shown(String said) {
    return NAME.matcher(said).matches() ? "'" + said + "'" : "no name";
  }

  /** A model that serves, asked for what it cannot do. */
  static ApiException otherTask(String model, Task task, String needed) {
    return invalid(
        "model",
        "is '%s', whose task is %s; a model whose task is %s is needed"
            .formatted(model, task.label(), needed));
  }

  static ApiException unknownVersion(String model, String asked, Collection<String> served) {
    return new ApiException(
        HttpStatus.NOT_FOUND,
        "model '%s' has no version%s; there is %s"
            .formatted(model, quoted(asked), String.join(", ", served)),
        "model_version_not_found",
        Optional.of("version"));
  }

  /** A name that neither serves nor lies in the repository. */
  static ApiException notInRepository(String asked, Collection<String> known) {
    return new ApiException(
        HttpStatus.NOT_FOUND,
        "model%s is not in the repository; there is %s"
            .formatted(quoted(asked), String.join(", ", known)),
        "model_not_found",
        Optional.of("model"));
  }

  static ApiException repositoryClosed() {
    return new ApiException(
        HttpStatus.NOT_FOUND,
        "the model repository is not open to requests; LOCKSTEP_OPERATOR_KEYS opens it",
        "not_found",
        Optional.empty());
  }

  static ApiException notAnOperator() {
    return new ApiException(
        HttpStatus.FORBIDDEN,
        "this key is for inference; the model repository needs an operator's",
        "forbidden",
        Optional.empty());
  }

  static ApiException unloadable(String model, String reason) {
    return new ApiException(
        HttpStatus.BAD_REQUEST,
        "model '%s' cannot be loaded: %s".formatted(model, reason),
        "unusable_model",
        Optional.of("model"));
  }

  /** Not the model's fault, so another try may work; an operator may be told why. */
  static ApiException deviceFailed(String model, String problem) {
    return new ApiException(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "model '%s' cannot be loaded, because the device failed: %s".formatted(model, problem),
        "device_failed",
        Optional.empty());
  }

  static ApiException unauthenticated() {
    return new ApiException(
        HttpStatus.UNAUTHORIZED,
        "no valid API key; send the header Authorization: Bearer KEY",
        "invalid_api_key",
        Optional.empty());
  }

  static ApiException refused(Verdict.Refused refused) {
    String why =
        switch (refused.reason()) {
          case TOO_LATE -> "the answer would come after the deadline";
          case EXPIRED -> "the deadline passed before the model was free, and nothing ran";
          case TENANT_SHARE -> "this key has its share of what this task can do";
          case TOO_MANY -> "as many requests are under way as this task takes";
        };
    return new ApiException(
        HttpStatus.TOO_MANY_REQUESTS,
        "%s; try again in %d ms".formatted(why, refused.retryAfter().toMillis()),
        "overloaded",
        Optional.empty(),
        Optional.of(refused.retryAfter()));
  }

  /** Nobody reads it; it keeps a hang-up from being logged as a failure of the server. */
  static ApiException callerGone() {
    return new ApiException(
        HttpStatus.REQUEST_TIMEOUT, "the caller has gone", "cancelled", Optional.empty());
  }

  static ApiException notReady(String phase) {
    return new ApiException(
        HttpStatus.SERVICE_UNAVAILABLE,
        "this task is %s and takes no requests".formatted(phase),
        "not_ready",
        Optional.empty());
  }

  HttpStatus status() {
    return status;
  }

  String problem() {
    return problem;
  }

  String code() {
    return code;
  }

  Optional<String> field() {
    return field;
  }

  /** When it is worth asking again; only of a refusal. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** What became of the request, for those who count. */
  String outcome() {
    return switch (status) {
      case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> "refused";
      case REQUEST_TIMEOUT -> "cancelled";
      default -> status.getCode() < 500 ? "invalid" : "failed";
    };
  }
}
