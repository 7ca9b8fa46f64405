package dev.millrace.protocols.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Golden;
import io.lindstrom.m3u8.model.MasterPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.model.Variant;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text of playlists, and what a foreign reader understands of it. */
final class PlaylistTest {
    private static final long NOON = 1_795_000_000_123L;

    record Row(String name, MediaPlaylist playlist) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "live",
                        new MediaPlaylist(2, 7, 0, List.of(entry(7, 180_000, false), entry(8, 171_001, false)), false)),
                new Row("empty", new MediaPlaylist(2, 0, 0, List.of(), false)),
                new Row(
                        "discontinuity",
                        new MediaPlaylist(11, 100, 3, List.of(entry(100, 990_000, false), entry(101, 1, true)), false)),
                new Row("ended", new MediaPlaylist(2, 7, 1, List.of(entry(7, 90_000, false)), true)));
    }

    private static MediaPlaylist.Entry entry(long sequence, long duration, boolean discontinuity) {
        return new MediaPlaylist.Entry(SegmentName.encode(sequence), duration, NOON + sequence * 2_000, discontinuity);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void asWritten(Row row) {
        Golden.check(PlaylistTest.class, row.name() + ".m3u8", row.playlist().encode());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void asRead(Row row) throws Exception {
        MediaPlaylist ours = row.playlist();
        var read = new MediaPlaylistParser().readPlaylist(ours.encode());
        assertThat(read.version()).contains(3);
        assertThat(read.targetDuration()).isEqualTo(ours.targetSeconds());
        assertThat(read.mediaSequence()).isEqualTo(ours.mediaSequence());
        assertThat(read.discontinuitySequence()).isEqualTo(ours.discontinuitySequence());
        assertThat(read.ongoing()).isEqualTo(!ours.ended());
        assertThat(read.mediaSegments()).hasSameSizeAs(ours.segments());
        for (int i = 0; i < ours.segments().size(); i++) {
            MediaPlaylist.Entry entry = ours.segments().get(i);
            MediaSegment segment = read.mediaSegments().get(i);
            assertThat(segment.uri()).isEqualTo(entry.uri());
            assertThat(segment.duration()).isCloseTo(entry.duration90k() / 90_000d, Offset.offset(1e-5));
            assertThat(segment.discontinuity()).isEqualTo(entry.discontinuity());
            assertThat(segment.programDateTime().map(OffsetDateTime::toInstant))
                    .contains(Instant.ofEpochMilli(entry.programMillis()));
        }
    }

    @Test
    void multivariant() throws Exception {
        MultivariantPlaylist ours = new MultivariantPlaylist(
                "media.m3u8",
                2_400_000,
                2_000_000,
                List.of("avc1.64001f", "mp4a.40.2"),
                Optional.of(new MultivariantPlaylist.Picture(1280, 720, 25)));
        Golden.check(PlaylistTest.class, "multivariant.m3u8", ours.encode());
        MasterPlaylist read = new MasterPlaylistParser().readPlaylist(ours.encode());
        Variant variant = read.variants().getFirst();
        assertThat(variant.bandwidth()).isEqualTo(2_400_000);
        assertThat(variant.codecs()).containsExactly("avc1.64001f", "mp4a.40.2");
        assertThat(variant.resolution().orElseThrow().height()).isEqualTo(720);
        assertThat(variant.frameRate()).contains(25d);
        assertThat(variant.uri()).isEqualTo("media.m3u8");
    }

    @Test
    void multivariantOfAudioAlone() {
        MultivariantPlaylist ours =
                new MultivariantPlaylist("media.m3u8", 130_000, 0, List.of("mp4a.40.2"), Optional.empty());
        Golden.check(PlaylistTest.class, "multivariant-audio.m3u8", ours.encode());
    }
}
