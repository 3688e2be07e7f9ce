package dev.lockstep.inference.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class BodyRoomTest {
  @Test
  void whoDoesNotFitIsTurnedAwayAndTheOthersStay() {
    BodyRoom room = new BodyRoom(10);
    room.take(7).orElseThrow();

    assertThat(room.take(4)).isEmpty();
    assertThat(room.take(3)).isPresent();
    assertThat(room.held()).isEqualTo(10);
  }

  @Test
  void aPlaceGivenBackTwiceIsGivenBackOnce() {
    BodyRoom room = new BodyRoom(10);
    room.take(4).orElseThrow();
    BodyRoom.Place place = room.take(6).orElseThrow();

    place.close();
    place.close();

    assertThat(room.held()).isEqualTo(4);
  }

  @Test
  void aBodyOfAnAbsurdSizeDoesNotOverflow() {
    BodyRoom room = new BodyRoom(10);
    room.take(1).orElseThrow();

    assertThat(room.take(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void noRoomAtAllIsNoSetting() {
    assertThatThrownBy(() -> new BodyRoom(0))
        .hasMessage("LOCKSTEP_MAX_BODY_BYTES is 0; 1 or more is needed");
  }

  @Property
  void whatIsHeldIsTheSumOfThoseInsideAndNeverMoreThanTheCapacity(
      @ForAll @Size(max = 200) List<@LongRange(min = -1, max = 60) Long> arrivals) {
    BodyRoom room = new BodyRoom(100);
    List<BodyRoom.Place> places = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (long bytes : arrivals) {
      if (bytes >= 0) {
        room.take(bytes)
            .ifPresent(place -> {
              places.add(place);
              sizes.add(bytes);
            });
      } else if (!places.isEmpty()) {
        places.removeFirst().close();
        sizes.removeFirst();
      }
      assertThat(room.held())
          .isEqualTo(sizes.stream().mapToLong(Long::longValue).sum())
          .isLessThanOrEqualTo(100);
    }
  }
}
