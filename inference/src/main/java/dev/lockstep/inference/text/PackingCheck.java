package dev.lockstep.inference.text;

import dev.lockstep.inference.batching.Layout;
import dev.lockstep.inference.engine.Width;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether texts come out of rows that they share as they come out of rows of their own. Of a graph
 * that is rewritten for it that is known by its form; that nothing else in it lets tokens of two
 * texts see each other is known by trying.
 *
 * <p>In int8 a text's vector depends on what is in the run with it, because all are scaled by the
 * largest number among them. So what is allowed is what rows of their own do to it, twice:
 *
 * <pre>
 *   max (1 - cos(alone, shared)) &lt;= 1e-4 + 2 max (1 - cos(alone, apart))
 * </pre>
 *
 * <p>With the embedded model the left side is 5e-13 in fp32; in int8 it is 0.027 where rows of
 * their own make 0.029. Where the tokens of all texts of a row see each other it is 0.68.
 */
final class PackingCheck {
  private static final double ROUNDING = 1e-4;

  private PackingCheck() {}

  /** What speaks against it. */
  static Optional<String> problem(TextKind kind, List<Tokens.Sequence> texts) {
    List<Integer> lengths = texts.stream().map(text -> text.ids().length).toList();
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElseThrow();
    int total = lengths.stream().mapToInt(Integer::intValue).sum();
    List<float[]> alone =
        texts.stream()
            .map(text -> run(kind, List.of(text), Layout.apart(1, text.ids().length)).getFirst())
            .toList();
    List<float[]> apart = run(kind, texts, Layout.apart(texts.size(), longest));
    Layout oneRow = Layout.shared(lengths, total, 1).orElseThrow();
    double allowed = ROUNDING + 2 * distance(alone, apart);
    try {
      double distance = distance(alone, run(kind, texts, oneRow));
      return distance <= allowed
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "their vectors differ by %.4f there, and %.4f are allowed",
                  distance,
                  allowed));
    } catch (RuntimeException failed) {
      return Optional.of(String.valueOf(failed.getMessage()));
    }
  }

  private static List<float[]> run(TextKind kind, List<Tokens.Sequence> texts, Layout layout) {
    return kind.prepare(texts, layout).run(Width.LANE).get();
  }

  private static double distance(List<float[]> these, List<float[]> those) {
    double largest = 0;
    for (int i = 0; i < these.size(); i++) {
      largest = Math.max(largest, 1 - cosine(these.get(i), those.get(i)));
    }
    return largest;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return product / Math.max(Math.sqrt(squaresOfA * squaresOfB), Double.MIN_NORMAL);
  }
}
