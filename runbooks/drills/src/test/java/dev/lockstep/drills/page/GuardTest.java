package dev.lockstep.drills.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look and who may order. */
final class GuardTest {
  private final Guard guard = new Guard(8081, "right");

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8081", "127.0.0.1:8081", "[::1]:8081"})
  void thisMachineMayLookByAnyOfItsNames(String host) {
    assertThat(guard.refusesLook(headers(Map.of("Host", host)))).isEmpty();
    assertThat(
            guard.refusesLook(
                headers(
                    Map.of(
                        "Host",
                        host,
                        "Origin",
                        "http://" + host,
                        "Sec-Fetch-Site",
                        "same-origin"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evil.example:8081 |                        |            | the Host header is evil.example:8081
          localhost         |                        |            | the Host header is localhost but
          localhost:8080    |                        |            | the Host header is localhost:8080
          localhost:8081    | http://evil.example    |            | the Origin header is http://evil.example
          localhost:8081    | http://localhost:9999  |            | the Origin header is http://localhost:9999
          localhost:8081    | https://localhost:8081 |            | the Origin header is https
          localhost:8081    | http://127.0.0.1:8081  |            | the Origin header is http://127.0.0.1:8081
          localhost:8081    | null                   |            | the Origin header is null
          localhost:8081    |                        | cross-site | Sec-Fetch-Site is cross-site
          localhost:8081    |                        | same-site  | Sec-Fetch-Site is same-site
          """)
  void anotherSiteMayNotEvenLook(String host, String origin, String site, String why) {
    Headers headers = headers(Map.of("Host", host));
    Optional.ofNullable(origin).ifPresent(value -> headers.set("Origin", value));
    Optional.ofNullable(site).ifPresent(value -> headers.set("Sec-Fetch-Site", value));

    assertThat(guard.refusesLook(headers))
        .hasValueSatisfying(said -> assertThat(said).contains(why));
    headers.set(Guard.TOKEN_HEADER, "right");
    assertThat(guard.refusesOrder(headers)).isPresent();
  }

  @Test
  void aHostOrAnOriginThatComesTwiceIsRefused() {
    Headers headers = headers(Map.of("Host", "localhost:8081"));
    headers.add("Host", "localhost:8081");
    assertThat(guard.refusesLook(headers)).isPresent();

    Headers twoOrigins = headers(Map.of("Host", "localhost:8081"));
    twoOrigins.add("Origin", "http://localhost:8081");
    twoOrigins.add("Origin", "http://evil.example");
    assertThat(guard.refusesLook(twoOrigins)).isPresent();
    assertThat(guard.refusesLook(new Headers())).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wrong", "righ", "right "})
  void anOrderNeedsThePagesToken(String token) {
    Headers headers = headers(Map.of("Host", "localhost:8081", Guard.TOKEN_HEADER, token));
    assertThat(guard.refusesOrder(headers))
        .hasValueSatisfying(said -> assertThat(said).contains("reload the page"));
    assertThat(guard.refusesOrder(headers(Map.of("Host", "localhost:8081")))).isPresent();

    headers.set(Guard.TOKEN_HEADER, "right");
    assertThat(guard.refusesOrder(headers)).isEmpty();
  }

  private static Headers headers(Map<String, String> values) {
    Headers headers = new Headers();
    values.forEach(headers::set);
    return headers;
  }
}
