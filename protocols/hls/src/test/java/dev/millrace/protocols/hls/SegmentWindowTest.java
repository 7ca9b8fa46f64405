package dev.millrace.protocols.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.hls.SegmentWindow.Bound;
import dev.millrace.protocols.hls.SegmentWindow.Label;
import org.junit.jupiter.api.Test;

/** Which segments the playlist names, and how long a segment can be had. */
final class SegmentWindowTest {
    private static final Bound WIDE = new Bound(4, 100, 1 << 20);
    private static final int TWO_SECONDS = 180_000;

    @Test
    void slidesAndCounts() {
        SegmentWindow window = new SegmentWindow(WIDE, 2, 10, 0);
        for (int i = 0; i < 10; i++) {
            window.add(segment(TWO_SECONDS, 100), new Label(i, false), i * 2_000L);
        }
        MediaPlaylist playlist = window.playlist();
        assertThat(playlist.mediaSequence()).isEqualTo(16);
        assertThat(playlist.segments()).hasSize(4);
        assertThat(playlist.segments().getLast().uri()).isEqualTo("19.ts");
        assertThat(window.nextSequence()).isEqualTo(20);
    }

    @Test
    void neverShrinksBelowThreeTargetDurations() {
        SegmentWindow window = new SegmentWindow(new Bound(2, 100, 1 << 20), 2, 0, 0);
        for (int i = 0; i < 30; i++) {
            window.add(segment(45_000, 10), new Label(0, false), i * 500L);
        }
        long listed = window.playlist().segments().stream()
                .mapToLong(MediaPlaylist.Entry::duration90k)
                .sum();
        assertThat(listed).isGreaterThanOrEqualTo(3 * 2 * 90_000);
    }

    @Test
    void aRemovedSegmentStaysForThePlaylistAndItself() {
        SegmentWindow window = new SegmentWindow(WIDE, 2, 0, 0);
        for (int i = 0; i < 5; i++) {
            window.add(segment(TWO_SECONDS, 100), new Label(0, false), i * 2_000L);
        }
        assertThat(window.playlist().mediaSequence()).isEqualTo(1);
        assertThat(window.find(0)).isPresent();
        // Removed at 8 s; the longest playlist was 10 s, the segment is 2 s.
        window.expire(19_999);
        assertThat(window.find(0)).isPresent();
        window.expire(20_000);
        assertThat(window.find(0)).isEmpty();
        assertThat(window.find(1)).isPresent();
        assertThat(window.bytes()).isEqualTo(400);
    }

    @Test
    void discontinuitiesThatSlideOutAreCounted() {
        SegmentWindow window = new SegmentWindow(WIDE, 2, 0, 5);
        for (int i = 0; i < 8; i++) {
            window.add(segment(TWO_SECONDS, 100), new Label(0, i == 0 || i == 6), i * 2_000L);
        }
        assertThat(window.playlist().discontinuitySequence()).isEqualTo(6);
        assertThat(window.discontinuities()).isEqualTo(7);
        assertThat(window.playlist().segments().stream().filter(MediaPlaylist.Entry::discontinuity))
                .hasSize(1);
    }

    @Test
    void bytesAndCountAreBound() {
        SegmentWindow window = new SegmentWindow(new Bound(4, 100, 1_000), 2, 0, 0);
        for (int i = 0; i < 20; i++) {
            window.add(segment(TWO_SECONDS, 400), new Label(0, false), i * 2_000L);
            assertThat(window.bytes()).isLessThanOrEqualTo(1_000);
        }
        assertThat(window.evictedEarly()).isPositive();
        assertThat(window.playlist().segments()).hasSize(2);
        window.add(segment(TWO_SECONDS, 5_000), new Label(0, false), 50_000);
        assertThat(window.playlist().segments()).hasSize(1);
        assertThat(window.playlist().segments().getFirst().uri()).isEqualTo("20.ts");
    }

    @Test
    void ratesForTheMultivariantPlaylist() {
        SegmentWindow window = new SegmentWindow(WIDE, 2, 0, 0);
        window.add(segment(TWO_SECONDS, 1_000), new Label(0, false), 0);
        window.add(segment(TWO_SECONDS, 3_000), new Label(0, false), 0);
        assertThat(window.peakBitRate()).isEqualTo(12_000);
        assertThat(window.averageBitRate()).isEqualTo(8_000);
    }

    @Test
    void theEndIsSaid() {
        SegmentWindow window = new SegmentWindow(WIDE, 2, 0, 0);
        window.end();
        assertThat(window.playlist().ended()).isTrue();
        window.reopen();
        assertThat(window.playlist().ended()).isFalse();
    }

    private static Segmenter.Segment segment(long duration, int size) {
        return new Segmenter.Segment(0, duration, true, new byte[size]);
    }
}
