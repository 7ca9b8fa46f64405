package dev.millrace.protocols.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.hls.Segmenter.Segment;
import dev.millrace.protocols.hls.Segmenter.Settings;
import dev.millrace.protocols.mpegts.StreamType;
import dev.millrace.protocols.mpegts.TsDemux;
import dev.millrace.protocols.mpegts.TsEvent;
import dev.millrace.protocols.mpegts.TsMux;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where segments end. */
final class SegmenterTest {
    private static final Settings TWO_SECONDS = new Settings(2_000, 12_000, 1 << 20, 0);
    private static final int FRAME = 3_600;
    private static final int AUDIO = 1_920;

    record Row(String name, Settings settings, int gopFrames, int seconds, int target, List<Double> lengths) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** GOPs at 25 frames a second; expected lengths of the first segments in seconds. */
    static Stream<Row> rows() {
        return Stream.of(
                new Row("two-second GOPs are the segments", TWO_SECONDS, 50, 12, 2, List.of(2.0, 2.0, 2.0)),
                new Row("several short GOPs fill a segment", TWO_SECONDS, 15, 12, 3, List.of(2.4, 2.4, 2.4)),
                new Row("a GOP a little under the target", TWO_SECONDS, 48, 12, 2, List.of(1.92, 1.92, 1.92)),
                new Row(
                        "x264's default GOP of 250 sets the target",
                        TWO_SECONDS,
                        250,
                        45,
                        10,
                        List.of(10.0, 10.0, 10.0)),
                new Row(
                        "a first GOP beyond the maximum is cut",
                        TWO_SECONDS,
                        400,
                        60,
                        12,
                        List.of(12.0, 4.0, 12.4, 3.6)),
                new Row(
                        "a GOP that outlasts a target stated before is cut",
                        new Settings(2_000, 12_000, 1 << 20, 2),
                        100,
                        20,
                        2,
                        List.of(2.4, 1.6, 2.4, 1.6)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void cuts(Row row) {
        Segmenter segmenter = new Segmenter(row.settings(), List.of(StreamType.H264, StreamType.AAC_ADTS), 0);
        List<Segment> segments = feed(segmenter, row.gopFrames(), row.seconds());
        assertThat(segmenter.targetSeconds()).isEqualTo(row.target());
        for (int i = 0; i < row.lengths().size(); i++) {
            assertThat(segments.get(i).duration90k() / 90_000d)
                    .isEqualTo(row.lengths().get(i));
        }
        for (Segment segment : segments) {
            assertThat(Math.round(segment.duration90k() / 90_000d)).isLessThanOrEqualTo(row.target());
        }
        segmenter.end();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLostOrOutOfStepAcrossSegments(Row row) {
        Segmenter segmenter = new Segmenter(row.settings(), List.of(StreamType.H264, StreamType.AAC_ADTS), 0);
        List<Segment> segments = new ArrayList<>(feed(segmenter, row.gopFrames(), row.seconds()));
        segments.addAll(segmenter.end());
        TsDemux demux = new TsDemux();
        long pictures = 0;
        long sound = 0;
        long lastDts = 0;
        List<TsEvent> events = new ArrayList<>();
        segments.forEach(segment -> events.addAll(demux.read(ByteBuffer.wrap(segment.bytes()))));
        events.addAll(demux.end());
        for (TsEvent event : events) {
            assertThat(event).isNotInstanceOf(TsEvent.Gap.class);
            if (event instanceof TsEvent.Unit unit && unit.typeCode() == StreamType.H264.code()) {
                pictures++;
                assertThat(unit.dts90k()).isGreaterThan(lastDts);
                lastDts = unit.dts90k();
            } else if (event instanceof TsEvent.Unit unit) {
                sound += unit.data().length / 200;
            }
        }
        assertThat(pictures).isEqualTo(row.seconds() * 25L);
        assertThat(sound).isEqualTo(row.seconds() * 90_000L / AUDIO);
    }

    @Test
    void aSegmentCutInsideItsGopEndsAtTheNextKeyFrame() {
        Segmenter segmenter = new Segmenter(
                new Settings(2_000, 12_000, 1 << 20, 2), List.of(StreamType.H264, StreamType.AAC_ADTS), 0);
        List<Segment> segments = feed(segmenter, 100, 20);
        assertThat(segments.subList(0, 4).stream().map(Segment::independent)).containsExactly(true, false, true, false);
        assertThat(segmenter.cutsInsideGop()).isPositive();
    }

    @Test
    void audioAloneIsCutByTime() {
        Segmenter segmenter = new Segmenter(TWO_SECONDS, List.of(StreamType.AAC_ADTS), 0);
        List<Segment> segments = new ArrayList<>();
        for (long at = 0; at < 10 * 90_000; at += AUDIO) {
            segments.addAll(segmenter.on(0, unit(at, true, 200)));
        }
        assertThat(segments).hasSize(5).allMatch(Segment::independent);
        assertThat(segments.getFirst().duration90k()).isBetween(180_000L - AUDIO, 180_000L);
        assertThat(segmenter.targetSeconds()).isEqualTo(2);
    }

    @Test
    void aVideoThatStopsDoesNotHoldTheSoundUp() {
        Segmenter segmenter = new Segmenter(TWO_SECONDS, List.of(StreamType.H264, StreamType.AAC_ADTS), 0);
        List<Segment> segments = new ArrayList<>(feed(segmenter, 50, 6));
        int before = segments.size();
        for (long at = 6 * 90_000; at < 20 * 90_000; at += AUDIO) {
            segments.addAll(segmenter.on(1, unit(at, true, 200)));
        }
        assertThat(segments.size() - before).isGreaterThan(4);
        assertThat(segments).allMatch(segment -> segment.duration90k() <= 2 * 90_000 + Segmenter.ROUNDING_90K);
    }

    @Test
    void whatComesBeforeTheFirstKeyFrameIsNotWritten() {
        Segmenter segmenter = new Segmenter(TWO_SECONDS, List.of(StreamType.H264), 0);
        for (int i = 0; i < 10; i++) {
            segmenter.on(0, unit((long) i * FRAME, false, 300));
        }
        assertThat(segmenter.unstarted()).isEqualTo(10);
        segmenter.on(0, unit(10L * FRAME, true, 300));
        assertThat(segmenter.end().getFirst().start90k()).isEqualTo(TsMux.START_90K + 10L * FRAME);
    }

    @Test
    void aSegmentIsBoundInBytes() {
        Segmenter segmenter = new Segmenter(new Settings(2_000, 12_000, 100_000, 0), List.of(StreamType.H264), 0);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            segments.addAll(segmenter.on(0, unit((long) i * FRAME, i == 0, 9_000)));
        }
        assertThat(segments).hasSizeGreaterThan(8).allMatch(segment -> segment.bytes().length < 110_000);
    }

    private static List<Segment> feed(Segmenter segmenter, int gopFrames, int seconds) {
        List<Segment> segments = new ArrayList<>();
        long heard = 0;
        for (int i = 0; i < seconds * 25; i++) {
            segments.addAll(segmenter.on(0, unit((long) i * FRAME, i % gopFrames == 0, 300)));
            for (; heard + AUDIO <= (i + 1L) * FRAME; heard += AUDIO) {
                segments.addAll(segmenter.on(1, unit(heard, true, 200)));
            }
        }
        return segments;
    }

    private static TimedUnit unit(long at, boolean key, int size) {
        long time = TsMux.START_90K + at;
        return new TimedUnit(time, time, key, List.of(new byte[size]));
    }
}
