package dev.lockstep.inference.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.inference.batching.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final Duration CAPACITY = Duration.ofMillis(200);
  private static final OptionalLong BODY = OptionalLong.of(100);
  private static final Tenant RED = new Tenant("red");
  private static final Tenant BLUE = new Tenant("blue");

  @Test
  void theBoundOnRequestsIsExactAndAPassGivesItsPlaceBackOnce() {
    Admission admission = new Admission(2, CAPACITY, false);
    Admission.Pass first = open(admission, RED);
    open(admission, RED);

    assertThat(admission.enter(RED, BODY)).isInstanceOf(Admission.Entry.Shut.class);
    first.close();
    first.close();

    assertThat(admission.enter(RED, BODY)).isInstanceOf(Admission.Entry.Open.class);
    assertThat(admission.enter(RED, BODY)).isInstanceOf(Admission.Entry.Shut.class);
  }

  @Test
  void workThatComesTooLateIsRefusedWithTheTimeThatIsMissing() {
    Admission admission = new Admission(2, CAPACITY, false);

    Verdict verdict = open(admission, RED).charge(taking(250, 10), Duration.ofMillis(200));

    assertThat(verdict)
        .isEqualTo(new Verdict.Refused(Verdict.Reason.TOO_LATE, Duration.ofMillis(50)));
  }

  @Test
  void workThatComesJustInTimeIsAdmitted() {
    Admission admission = new Admission(2, CAPACITY, false);

    assertThat(open(admission, RED).charge(taking(200, 10), Duration.ofMillis(200)))
        .isEqualTo(new Verdict.Admitted());
  }

  @Test
  void aTenantAloneLeavesAFifthForTheNextWhoFindsRoomAtOnce() {
    Admission admission = new Admission(1_000, CAPACITY, true);

    assertThat(admittedOf(admission, RED, 100)).isEqualTo(16); // of 10 ms each, of 200 ms
    assertThat(admittedOf(admission, BLUE, 100)).isPositive();
  }

  @Test
  void aTenantThatHoldsNothingMayBringARequestLargerThanItsShare() {
    Admission admission = new Admission(1_000, CAPACITY, true);

    assertThat(open(admission, RED).charge(taking(100, 5_000), Duration.ofSeconds(10)))
        .isEqualTo(new Verdict.Admitted());
  }

  @Test
  void aLoneKeyIsBoundByDelayAlone() {
    Admission admission = new Admission(1_000, CAPACITY, false);

    assertThat(admittedOf(admission, RED, 100)).isEqualTo(100);
  }

  @Test
  void whatWasHeldIsGivenBack() {
    Admission admission = new Admission(1_000, CAPACITY, true);
    List<Admission.Pass> passes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      passes.add(open(admission, RED));
      passes.getLast().charge(taking(1, 10), CAPACITY);
    }

    passes.forEach(Admission.Pass::close);

    assertThat(admittedOf(admission, RED, 100)).isEqualTo(16);
    assertThat(admission.inFlight()).isEqualTo(100);
  }

  @Property
  void askingMoreOftenNeverTakesAllTheRoom(
      @ForAll @Size(400) List<@IntRange(min = 0, max = 5) Integer> order) {
    Admission admission = new Admission(10_000, Duration.ofSeconds(2), true);
    int red = 0;
    int blue = 0;
    for (int asks : order) {
      // Red asks five times as often as blue.
      if (asks > 0) {
        red += admittedOf(admission, RED, 1);
      } else {
        blue += admittedOf(admission, BLUE, 1);
      }
    }
    blue += admittedOf(admission, BLUE, 400);
    red += admittedOf(admission, RED, 400);

    // Of 200 pieces in all, one alone gets four fifths, and leaves the next room whatever it does.
    assertThat(red).isLessThanOrEqualTo(160);
    assertThat(blue).isGreaterThanOrEqualTo(30);
  }

  @Test
  void whoWasNotLookedAtYetIsExpectedToBeLikeThoseBefore() {
    Admission admission = new Admission(1_000, CAPACITY, false);
    admittedOf(admission, RED, 1_000 - 10);
    assertThat(admission.unsizedWork()).isZero();

    Admission.Pass first = open(admission, RED);
    open(admission, RED);
    assertThat(admission.unsizedWork())
        .isBetween(Duration.ofMillis(19), Duration.ofMillis(20)); // two of 10 ms
    first.charge(taking(1, 10), CAPACITY);
    first.close();

    assertThat(admission.unsizedWork()).isLessThanOrEqualTo(Duration.ofMillis(10));
  }

  @Test
  void aBodyOfTwiceTheLengthIsExpectedToAskForTwiceTheWork() {
    Admission admission = new Admission(1_000, CAPACITY, false);
    admittedOf(admission, RED, 900); // of 100 bytes and 10 ms

    assertThat(admission.expected(OptionalLong.of(200)))
        .isCloseTo(admission.expected(BODY).multipliedBy(2), Duration.ofNanos(1));
    assertThat(admission.expected(BODY)).isBetween(Duration.ofMillis(9), Duration.ofMillis(10));
  }

  @Test
  void aBodyWhoseLengthIsNotSaidIsExpectedToBeLikeThoseBefore() {
    Admission admission = new Admission(1_000, CAPACITY, false);
    admittedOf(admission, RED, 900);

    assertThat(admission.expected(OptionalLong.empty())).isEqualTo(admission.expected(BODY));
  }

  @Test
  void beforeTheFirstRequestNothingIsExpected() {
    Admission admission = new Admission(1_000, CAPACITY, false);

    assertThat(admission.expected(BODY)).isZero();
    assertThat(admission.expected(OptionalLong.empty())).isZero();
  }

  @Property
  void whoeverHasComeAndGoneLeavesNoWorkBehind(
      @ForAll @Size(max = 40) List<@LongRange(max = 5_000) Long> lengths) {
    Admission admission = new Admission(1_000, CAPACITY, false);
    List<Admission.Pass> passes = new ArrayList<>();
    for (long length : lengths) {
      Admission.Pass pass =
          ((Admission.Entry.Open) admission.enter(RED, OptionalLong.of(length))).pass();
      passes.add(pass);
      if (length % 2 == 0) {
        pass.charge(taking(1, length), CAPACITY);
      }
    }

    passes.forEach(Admission.Pass::close);

    assertThat(admission.unsizedWork()).isZero();
  }

  @Test
  void aBoundOfNothingIsRefused() {
    assertThatThrownBy(() -> new Admission(0, CAPACITY, false))
        .hasMessage("LOCKSTEP_MAX_IN_FLIGHT is 0; 1 or more is needed");
  }

  private static int admittedOf(Admission admission, Tenant tenant, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      Verdict verdict = open(admission, tenant).charge(taking(1, 10), CAPACITY);
      admitted += verdict instanceof Verdict.Admitted ? 1 : 0;
    }
    return admitted;
  }

  private static Admission.Pass open(Admission admission, Tenant tenant) {
    return switch (admission.enter(tenant, BODY)) {
      case Admission.Entry.Open(Admission.Pass pass) -> pass;
      case Admission.Entry.Shut shut -> throw new AssertionError(shut);
    };
  }

  private static Prediction taking(long delayMillis, long ownMillis) {
    Duration own = Duration.ofMillis(ownMillis);
    return new Prediction(Duration.ofMillis(delayMillis), own, own);
  }
}
