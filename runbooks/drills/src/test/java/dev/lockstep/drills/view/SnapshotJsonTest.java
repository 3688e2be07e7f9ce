package dev.lockstep.drills.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The contract that the page's script relies on. */
final class SnapshotJsonTest {
  @Test
  void eachComponentIsWrittenByItsNameAndWhatIsUnknownIsNull() throws IOException {
    Sample sample = new Sample(1.5, 12, 16, OptionalDouble.empty(), 2, 3, 2, 3);

    assertThat(JSON.std.mapFrom(SnapshotJson.of(sample)))
        .containsEntry("second", 1.5)
        .containsEntry("demand", 12.0)
        .containsEntry("capacity", 16.0)
        .containsEntry("p95Millis", null)
        .containsEntry("tasksServing", 2)
        .containsEntry("tasksWanted", 3)
        .containsEntry("hostsReady", 2)
        .containsEntry("hostsAsked", 3)
        .hasSize(8);
    assertThat(SnapshotJson.of(new Sample(1, 1, 1, OptionalDouble.of(212.5), 1, 1, 1, 1)))
        .contains("\"p95Millis\":212.5");
    assertThat(SnapshotJson.of(List.of(Optional.of("embed:2"), Optional.empty())))
        .isEqualTo("[\"embed:2\",null]");
  }

  @Test
  void statesAreWrittenByTheirNames() {
    Snapshot.HostBox host =
        new Snapshot.HostBox(
            "i-1",
            "eu-west-1a",
            "g5.2xlarge",
            Snapshot.HostState.READY,
            1,
            0,
            12,
            List.of(new Snapshot.TaskChip("task-1", "embed:1", Snapshot.TaskState.PENDING, 1)));

    assertThat(SnapshotJson.of(host)).contains("\"state\":\"READY\"", "\"state\":\"PENDING\"");
  }

  @Test
  void aReasonWithALineBreakStaysInOneLineAsAStreamOfEventsWants() {
    String json = SnapshotJson.of(Map.of("answer", "one\ntwo\r\nthree"));

    assertThat(json).doesNotContain("\n", "\r").contains("one\\ntwo");
  }
}
