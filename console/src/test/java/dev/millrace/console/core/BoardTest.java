package dev.millrace.console.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Golden;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final Board.Around AROUND = new Board.Around("node-a", 3, 2, "", 8554);
    private static final TrackFacts VIDEO =
            new TrackFacts(0, "video", "H264", "H.264", "High 3.1", 1280, 720, 25, 90_000, 0);
    private static final TrackFacts AUDIO = new TrackFacts(1, "audio", "opus", "Opus", "", 0, 0, 0, 48_000, 2);

    private static StreamFacts stream(String path, boolean live) {
        return new StreamFacts(
                path,
                "bcdfghjk",
                live,
                1_700_000_000_000L,
                "node-b",
                "node-a",
                List.of(VIDEO, AUDIO),
                Optional.of(Map.of(1, "No \"Opus\" </script>.")));
    }

    private static Board board(StreamFacts... streams) {
        return new Board(AROUND, List.of(streams), Map.of("a", new Flow(4_000_000, 2, 1, 0)));
    }

    /** The page reads these texts: a change of one is a change of the other. */
    @Test
    void whatThePageReads() {
        Board board = board(stream("a", true), stream("b", false));
        Golden.check(BoardTest.class, "all.json", board.all().encodePrettily() + "\n");
        Golden.check(BoardTest.class, "flow.json", board.flow().encode() + "\n");
        Golden.check(
                BoardTest.class,
                "changes.json",
                board.changesSince(board(stream("b", true), stream("c", true)))
                                .orElseThrow()
                                .encodePrettily() + "\n");
    }

    @Test
    void nothingChanged() {
        assertThat(board(stream("a", true)).changesSince(board(stream("a", true))))
                .isEmpty();
        assertThat(Board.EMPTY.changesSince(Board.EMPTY)).isEmpty();
    }

    @Test
    void aNodeThatComesIsAChange() {
        Board more = new Board(new Board.Around("node-a", 4, 2, "", 8554), List.of(), Map.of());
        Board less = new Board(AROUND, List.of(), Map.of());
        assertThat(more.changesSince(less)).isPresent();
    }

    @Test
    void figuresAloneAreNoChange() {
        Board moved = new Board(AROUND, List.of(stream("a", true)), Map.of("a", new Flow(1, 1, 1, 1)));
        assertThat(moved.changesSince(board(stream("a", true)))).isEmpty();
    }

    @Test
    void whatNoPackagerHasSaidIsNull() {
        StreamFacts unknown = new StreamFacts("a", "id", true, 0, "o", "e", List.of(VIDEO), Optional.empty());
        assertThat(unknown.json(Flow.NONE).encode()).contains("\"inHls\":null");
    }
}
