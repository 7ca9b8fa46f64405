package dev.millrace.protocols.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Hex;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Access units as they must stand in a transport stream. */
final class H264ElementaryTest {
    private static final String AUD = "00 00 00 01 09 f0 ";
    private static final byte[] SPS = Hex.of("67 64 00 1f ac");
    private static final byte[] PPS = Hex.of("68 ee 3c");

    record Row(String name, List<String> nals, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("a picture between key frames gets its delimiter", List.of("41 9a"), AUD + "00 00 00 01 41 9a"),
                new Row(
                        "an IDR picture gets the parameter sets of the description",
                        List.of("65 88"),
                        AUD + "00 00 00 01 67 64 00 1f ac 00 00 00 01 68 ee 3c 00 00 00 01 65 88"),
                new Row(
                        "parameter sets in the stream are not written twice",
                        List.of("67 64 00 1f ac", "68 ee 3c", "06 05", "65 88"),
                        AUD + "00 00 00 01 67 64 00 1f ac 00 00 00 01 68 ee 3c 00 00 00 01 06 05 00 00 00 01 65 88"),
                new Row(
                        "a changed parameter set of the same id replaces the old one",
                        List.of("67 64 00 28 ac", "65 88"),
                        AUD + "00 00 00 01 67 64 00 28 ac 00 00 00 01 68 ee 3c 00 00 00 01 65 88"),
                new Row(
                        "a second picture parameter set stands beside the first",
                        List.of("68 5f ff", "65 88"),
                        AUD + "00 00 00 01 67 64 00 1f ac 00 00 00 01 68 ee 3c 00 00 00 01 68 5f ff 00 00 00 01 65 88"),
                new Row(
                        "the publisher's own delimiter, filler data and empty units are left out",
                        List.of("09 10", "41 9a", "0c ff ff", ""),
                        AUD + "00 00 00 01 41 9a"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void pieces(Row row) {
        H264Elementary elementary = new H264Elementary();
        elementary.remember(SPS);
        elementary.remember(PPS);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        elementary.pieces(row.nals().stream().map(Hex::of).toList()).forEach(joined::writeBytes);
        assertThat(joined.toByteArray()).isEqualTo(Hex.of(row.expected()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void readyOnceBothSetsAreKnown(Row row) {
        H264Elementary elementary = new H264Elementary();
        elementary.remember(SPS);
        assertThat(elementary.ready()).isFalse();
        elementary.remember(PPS);
        assertThat(elementary.ready()).isTrue();
        assertThat(row.nals()).isNotEmpty();
    }
}
