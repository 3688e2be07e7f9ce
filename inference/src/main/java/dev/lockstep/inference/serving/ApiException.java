package dev.lockstep.inference.serving;

import dev.lockstep.inference.admission.Verdict;
import dev.lockstep.inference.model.Task;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request that is answered with an error. Each protocol writes it in its own shape and with its
 * own status.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern NAME = Pattern.compile("[\\w./:@-]{1,100}");

  /** What went wrong, for each protocol to find its own status for. */
  public enum Kind {
    INVALID,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    /** Not now: too much is under way. */
    OVERLOADED,
    /** It was let in, and its time passed before anything ran. */
    EXPIRED,
    /** It did not come in the time that a request has for it. */
    TOO_SLOW,
    /** Nobody waits for the answer. */
    CALLER_GONE,
    /** The task starts or drains. */
    NOT_READY,
    /** Nobody who asks can help it. */
    DEVICE_FAILED
  }

  private final Kind kind;
  private final String problem;
  private final String code;
  private final transient Optional<String> field;
  private final transient Optional<Duration> retryAfter;

  private ApiException(Kind kind, String problem, String code, Optional<String> field) {
    this(kind, problem, code, field, Optional.empty());
  }

  private ApiException(
      Kind kind,
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
    this.kind = kind;
    this.problem = problem;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  public static ApiException invalid(String field, String problem) {
    return new ApiException(
        Kind.INVALID, field + " " + problem, "invalid_value", Optional.of(field));
  }

  public static ApiException malformed(String problem) {
    return new ApiException(Kind.INVALID, problem, "malformed_json", Optional.empty());
  }

  /** A message that is none of the protocol's, or more than one can be. */
  public static ApiException unreadable(String problem) {
    return new ApiException(Kind.INVALID, problem, "malformed_message", Optional.empty());
  }

  public static ApiException unknownModel(String asked, Collection<String> served) {
    return new ApiException(
        Kind.NOT_FOUND,
        "model%s is not served; served is %s".formatted(quoted(asked), String.join(", ", served)),
        "model_not_found",
        Optional.of("model"));
  }

  /** A name helps whoever mistyped it; what is no name may be somebody's text. */
  private static String quoted(String asked) {
    return NAME.matcher(asked).matches() ? " '" + asked + "'" : "";
  }

  /** What was said where a name is needed, as a complaint may repeat it. */
  public static String shown(String said) {
    return NAME.matcher(said).matches() ? "'" + said + "'" : "no name";
  }

  /** A model that serves, asked for what it cannot do. */
  public static ApiException otherTask(String model, Task task, String needed) {
    return invalid(
        "model",
        "is '%s', whose task is %s; a model whose task is %s is needed"
            .formatted(model, task.label(), needed));
  }

  public static ApiException unknownVersion(String model, String asked, Collection<String> served) {
    return new ApiException(
        Kind.NOT_FOUND,
        "model '%s' has no version%s; there is %s"
            .formatted(model, quoted(asked), String.join(", ", served)),
        "model_version_not_found",
        Optional.of("version"));
  }

  /** A name that neither serves nor lies in the repository. */
  public static ApiException notInRepository(String asked, Collection<String> known) {
    return new ApiException(
        Kind.NOT_FOUND,
        "model%s is not in the repository; there is %s"
            .formatted(quoted(asked), String.join(", ", known)),
        "model_not_found",
        Optional.of("model"));
  }

  public static ApiException repositoryClosed() {
    return new ApiException(
        Kind.NOT_FOUND,
        "the model repository is not open to requests; LOCKSTEP_OPERATOR_KEYS opens it",
        "not_found",
        Optional.empty());
  }

  public static ApiException notAnOperator() {
    return new ApiException(
        Kind.FORBIDDEN,
        "this key is for inference; the model repository needs an operator's",
        "forbidden",
        Optional.empty());
  }

  public static ApiException unloadable(String model, String reason) {
    return new ApiException(
        Kind.INVALID,
        "model '%s' cannot be loaded: %s".formatted(model, reason),
        "unusable_model",
        Optional.of("model"));
  }

  /** Not the model's fault, so another try may work; an operator may be told why. */
  public static ApiException deviceFailed(String model, String problem) {
    return new ApiException(
        Kind.DEVICE_FAILED,
        "model '%s' cannot be loaded, because the device failed: %s".formatted(model, problem),
        "device_failed",
        Optional.empty());
  }

  public static ApiException unauthenticated() {
    return new ApiException(
        Kind.UNAUTHENTICATED,
        "no valid API key; send the header Authorization: Bearer KEY",
        "invalid_api_key",
        Optional.empty());
  }

  public static ApiException refused(Verdict.Refused refused) {
    String why =
        switch (refused.reason()) {
          case TOO_LATE -> "the answer would come after the deadline";
          case EXPIRED -> "the deadline passed before the model was free, and nothing ran";
          case TENANT_SHARE -> "this key has its share of what this task can do";
          case TOO_MANY -> "as many requests are under way as this task takes";
        };
    return new ApiException(
        refused.reason() == Verdict.Reason.EXPIRED ? Kind.EXPIRED : Kind.OVERLOADED,
        why + "; try again in " + refused.retryAfter().toMillis() + " ms",
        "overloaded",
        Optional.empty(),
        Optional.of(refused.retryAfter()));
  }

  /** Larger than a message may be, whenever it comes. */
  public static ApiException tooLarge() {
    return new ApiException(
        Kind.OVERLOADED, "the message is larger than one may be", "too_large", Optional.empty());
  }

  /** Refused before it was read: others hold the room that there is. */
  public static ApiException noRoom(String why) {
    return new ApiException(
        Kind.OVERLOADED, why, "no_room", Optional.empty(), Optional.of(Duration.ofSeconds(1)));
  }

  /** A request that began to come and did not end. */
  public static ApiException tooSlow(Duration most) {
    return new ApiException(
        Kind.TOO_SLOW,
        "the request did not come in the time it has, which is %d ms (LOCKSTEP_READ_TIMEOUT)"
            .formatted(most.toMillis()),
        "request_timeout",
        Optional.empty());
  }

  /** Nobody reads it; it keeps a hang-up from being logged as a failure of the server. */
  public static ApiException callerGone() {
    return new ApiException(Kind.CALLER_GONE, "the caller has gone", "cancelled", Optional.empty());
  }

  public static ApiException notReady(String phase) {
    return new ApiException(
        Kind.NOT_READY,
        "this task is %s and takes no requests".formatted(phase),
        "not_ready",
        Optional.empty());
  }

  public Kind kind() {
    return kind;
  }

  public String problem() {
    return problem;
  }

  public String code() {
    return code;
  }

  public Optional<String> field() {
    return field;
  }

  /** When it is worth asking again; only of a refusal. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** What became of the request, for those who count. */
  public String outcome() {
    return switch (kind) {
      case OVERLOADED, EXPIRED, NOT_READY -> "refused";
      case CALLER_GONE -> "cancelled";
      case DEVICE_FAILED -> "failed";
      case INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, TOO_SLOW -> "invalid";
    };
  }
}
