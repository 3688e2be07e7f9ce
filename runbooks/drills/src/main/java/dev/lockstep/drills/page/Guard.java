package dev.lockstep.drills.page;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps other sites out. A page elsewhere can make a browser send requests to localhost, and a name
 * that is rebound to the loopback address makes it believe that it talks to that site: so the host
 * must be this machine's, an origin must be this page's own, and an order carries a token that only
 * this page was given.
 *
 * @see <a
 *     href="https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html">Cross-site
 *     request forgery prevention</a>
 */
final class Guard {
  /** The header that an order's token comes in; another site cannot set it without asking. */
  static final String TOKEN_HEADER = "X-Lockstep-Token";

  private final Set<String> hosts;
  private final String token;

  Guard(int port, String token) {
    this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    this.token = token;
  }

  /** Why a request to look is refused; none when it may go on. */
  Optional<String> refusesLook(Headers headers) {
    Optional<String> host = only(headers, "Host");
    if (host.filter(hosts::contains).isEmpty()) {
      return Optional.of(
          "the Host header is %s but must be one of %s"
              .formatted(
                  host.orElse("missing"), String.join(", ", hosts.stream().sorted().toList())));
    }
    Optional<String> origin = only(headers, "Origin");
    if (headers.containsKey("Origin") && !origin.equals(host.map(own -> "http://" + own))) {
      return Optional.of(
          "the Origin header is %s but must be this page's own"
              .formatted(origin.orElse("repeated")));
    }
    return only(headers, "Sec-Fetch-Site")
        .filter(site -> !site.equals("same-origin") && !site.equals("none"))
        .map("the request comes from another site (Sec-Fetch-Site is %s)"::formatted);
  }

  /** Why an order is refused; none when it may be carried out. */
  Optional<String> refusesOrder(Headers headers) {
    return refusesLook(headers)
        .or(() ->
            only(headers, TOKEN_HEADER).filter(this::isToken).isPresent()
                ? Optional.empty()
                : Optional.of(
                    "the header %s does not hold this page's token; reload the page"
                        .formatted(TOKEN_HEADER)));
  }

  private boolean isToken(String presented) {
    return MessageDigest.isEqual(
        presented.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** A header that comes once. */
  private static Optional<String> only(Headers headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
