package dev.lockstep.inference.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.inference.admission.Admission;
import dev.lockstep.inference.admission.Tenant;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From SIGTERM until nobody is in the house, in virtual time. */
final class DrainTest {
  private final AtomicLong now = new AtomicLong();
  private final Readiness readiness = new Readiness();
  private final Admission admission = new Admission(100, Duration.ofMillis(200), false);

  @BeforeEach
  void ready() {
    readiness.warmedUp();
  }

  @Test
  void aServerThatNobodyAsksClosesAfterAMomentOfQuiet() {
    CompletableFuture<?> done = drain(_ -> {});

    assertThat(done).isDone();
    assertThat(millis()).isEqualTo(Drain.QUIET.toMillis());
    assertThat(readiness.admits()).isFalse();
  }

  @Test
  void whatIsSentIntoTheLastCallIsServedAndProlongsIt() {
    CompletableFuture<?> done =
        drain(at -> {
          assertThat(readiness.isReady()).isFalse();
          if (at <= 300) {
            assertThat(readiness.admits()).isTrue();
            serve();
          }
        });

    assertThat(done).isDone();
    assertThat(millis()).isEqualTo(300 + Drain.QUIET.toMillis());
  }

  @Test
  void clientsThatNeverStopAreNotWaitedForWithoutEnd() {
    var _ = drain(_ -> serve());

    assertThat(millis()).isEqualTo(Drain.LAST_CALL.toMillis());
    assertThat(readiness.admits()).isFalse();
  }

  @Test
  void aRequestThatIsUnderWayIsWaitedForAfterTheLastCall() {
    Admission.Pass pass = enter();

    CompletableFuture<?> done = drain(_ -> {});

    assertThat(millis()).isEqualTo(Drain.LAST_CALL.toMillis());
    assertThat(done).isNotDone();
    pass.close();
    assertThat(done).isDone();
  }

  private CompletableFuture<?> drain(LongConsumer eachMoment) {
    Drain drain =
        new Drain(
            readiness,
            admission,
            now::get,
            time -> {
              now.addAndGet(time.toNanos());
              eachMoment.accept(millis());
            });
    CompletionStage<?> stage = drain.shutdownGracefully();
    return stage.toCompletableFuture();
  }

  private void serve() {
    enter().close();
  }

  private Admission.Pass enter() {
    return ((Admission.Entry.Open) admission.enter(Tenant.ANYBODY, OptionalLong.empty())).pass();
  }

  private long millis() {
    return Duration.ofNanos(now.get()).toMillis();
  }
}
