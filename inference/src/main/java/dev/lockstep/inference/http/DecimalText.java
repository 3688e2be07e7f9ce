package dev.lockstep.inference.http;

/**
 * Numbers of vectors as decimal text. A vector has hundreds of them, and writing them is most of
 * what an answer costs: {@link Float#toString} looks for the shortest text that means the number,
 * here it is nine digits, which tell every 32-bit float from its neighbours (IEEE 754, 5.12.2), and
 * take half the time.
 *
 * <pre>
 *   round(|value| x 10^decimals) / 10^decimals, of nine digits
 * </pre>
 *
 * without zeros at the end. What is shorter in scientific notation is left to {@link
 * Float#toString}.
 */
final class DecimalText {
  /** Of any number: a sign, nine digits and a point, or what {@link Float#toString} gives. */
  static final int MOST_CHARACTERS = 16;

  private static final int DIGITS = 9;
  private static final float LEAST = 1e-3f;
  private static final float MOST = 1e7f;

  /** Powers of ten, which a double holds exactly. */
  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11
  };

  private DecimalText() {}

  /**
   * Writes a number.
   *
   * @param text with {@link #MOST_CHARACTERS} to spare
   * @return where the next character goes
   */
  static int write(float value, char[] text, int start) {
    float magnitude = Math.abs(value);
    if (!(magnitude >= LEAST && magnitude < MOST)) {
      // JSON knows no NaN; a string is what the framework makes of it elsewhere.
      String shortest = Float.isFinite(value) ? Float.toString(value) : "\"" + value + "\"";
      shortest.getChars(0, shortest.length(), text, start);
      return start + shortest.length();
    }
    int at = start;
    if (value < 0) {
      text[at++] = '-';
    }
    int decimals = POWERS.length - 1;
    while (magnitude * POWERS[decimals] + 0.5 >= POWERS[DIGITS]) {
      decimals--;
    }
    int nineDigits = (int) (magnitude * POWERS[decimals] + 0.5);
    return decimals < DIGITS
        ? aroundPoint(nineDigits, DIGITS - decimals, text, at)
        : behindPoint(nineDigits, decimals - DIGITS, text, at);
  }

  private static int behindPoint(int nineDigits, int zeros, char[] text, int start) {
    int at = start;
    text[at++] = '0';
    text[at++] = '.';
    for (int i = 0; i < zeros; i++) {
      text[at++] = '0';
    }
    digits(nineDigits, text, at);
    return withoutZeros(text, start + 2, at + DIGITS);
  }

  private static int aroundPoint(int nineDigits, int before, char[] text, int start) {
    digits(nineDigits, text, start);
    int point = start + before;
    System.arraycopy(text, point, text, point + 1, DIGITS - before);
    text[point] = '.';
    return withoutZeros(text, point + 1, start + DIGITS + 1);
  }

  private static void digits(int nineDigits, char[] text, int start) {
    int left = nineDigits;
    for (int i = start + DIGITS - 1; i >= start; i--) {
      text[i] = (char) ('0' + left % 10);
      left /= 10;
    }
  }

  /** One digit stays behind the point. */
  private static int withoutZeros(char[] text, int afterPoint, int end) {
    int last = end - 1;
    while (last > afterPoint && text[last] == '0') {
      last--;
    }
    return last + 1;
  }
}
