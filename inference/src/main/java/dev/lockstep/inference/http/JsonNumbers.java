package dev.lockstep.inference.http;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalLong;

/** Numbers of JSON, which have no size, as numbers that have one: exactly or not at all. */
final class JsonNumbers {
  /** A long has at most 19 digits. */
  private static final int LONG_DIGITS = 19;

  private JsonNumbers() {}

  /** The 64-bit integer that this is, {@code 3.0} and {@code 3e2} among them; or nothing. */
  static OptionalLong whole(JsonNode node) {
    if (!node.isNumber()) {
      return OptionalLong.empty();
    }
    return switch (node.getNumberValue()) {
      case Integer small -> OptionalLong.of(small);
      case Long fits -> OptionalLong.of(fits);
      case BigInteger big when big.bitLength() < Long.SIZE -> OptionalLong.of(big.longValue());
      case BigInteger _ -> OptionalLong.empty();
      case BigDecimal decimal -> whole(decimal);
      case Number binary when Double.isFinite(binary.doubleValue()) ->
          whole(BigDecimal.valueOf(binary.doubleValue()));
      case Number _ -> OptionalLong.empty();
    };
  }

  private static OptionalLong whole(BigDecimal decimal) {
    BigDecimal stripped = decimal.stripTrailingZeros();
    // Written out, 1e1000000000 would take the memory of the machine.
    if (stripped.scale() > 0 || stripped.precision() - (long) stripped.scale() > LONG_DIGITS) {
      return OptionalLong.empty();
    }
    BigInteger whole = stripped.toBigIntegerExact();
    return whole.bitLength() < Long.SIZE
        ? OptionalLong.of(whole.longValue())
        : OptionalLong.empty();
  }
}
