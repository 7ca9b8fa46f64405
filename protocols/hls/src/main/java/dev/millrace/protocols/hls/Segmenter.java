package dev.millrace.protocols.hls;

import dev.millrace.protocols.mpegts.StreamType;
import dev.millrace.protocols.mpegts.TsMux;
import dev.millrace.protocols.wire.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the units of one rendition into transport stream segments: RFC 8216 section 6.2.1. Owned by one packager loop.
 *
 * <ul>
 *   <li>A segment ends at the first key frame at or after the target; without video, at the last audio frame
 *       before it.
 *   <li>EXT-X-TARGETDURATION is fixed by the first segment: the longer of the target and that segment, rounded up.
 *   <li>What would outlast it is cut at a frame that is no key frame (x264's default GOP is up to 250 frames); a segment that
 *       began so ends at the next key frame, so that readers who join find one at a segment's start.
 *   <li>Audio frames are gathered, {@link #AUDIO_GROUP_90K} to a PES packet.
 * </ul>
 */
public final class Segmenter {
    /** Audio of 120 ms shares a PES packet. */
    public static final long AUDIO_GROUP_90K = 10_800;

    /** Bytes in one audio PES packet, below its 16-bit length. */
    public static final int AUDIO_GROUP_BYTES = 32_768;

    /** Capture stamps jitter: a key frame this little before the target ends the segment too, 100 ms. */
    public static final long TOLERANCE_90K = 9_000;

    /** EXTINF, rounded to the nearest second, may not exceed the target duration: 400 ms above it still round down. */
    public static final long ROUNDING_90K = 36_000;

    /** A unit is taken to last no longer than this when the end of a segment is foreseen: 1 s. */
    private static final long MAX_UNIT_90K = 90_000;

    private static final int TICKS = 90_000;

    /**
     * @param targetMillis the wished length of a segment
     * @param maxMillis the longest first segment: a longer first GOP is cut
     * @param maxBytes the largest segment
     * @param targetSeconds EXT-X-TARGETDURATION if a playlist already states one, else 0
     */
    public record Settings(int targetMillis, int maxMillis, int maxBytes, int targetSeconds) {}

    /**
     * A finished segment.
     *
     * @param start90k presentation time of its first unit
     * @param duration90k to the next segment's start
     * @param independent whether it starts with a key frame
     */
    public record Segment(long start90k, long duration90k, boolean independent, byte[] bytes) {}

    private final Settings settings;
    private final List<StreamType> streams;
    private final int video;
    private final TsMux mux;
    private final Interleave interleave;
    private final List<AudioGroup> groups = new ArrayList<>();
    private int targetSeconds;
    private @Nullable Open open;
    private long firstSeen = Long.MIN_VALUE;
    private long cutsInsideGop;
    private long unstarted;

    /** The segment under way. */
    private static final class Open {
        private final Writer out = new Writer(1 << 18);
        private final long startDts;
        private final long startPts;
        private final boolean independent;
        private long lastDts;
        private long lastStep;
        private long lastKey = Long.MIN_VALUE;
        private long gop;

        private Open(TimedUnit first, boolean independent, @Nullable Open before) {
            startDts = first.dts90k();
            startPts = first.pts90k();
            lastDts = startDts;
            this.independent = independent;
            if (before != null) {
                lastStep = before.lastStep;
                lastKey = before.lastKey;
                gop = before.gop;
            }
        }
    }

    /** Audio frames of one stream that will share a PES packet. */
    private static final class AudioGroup {
        private final List<byte[]> pieces = new ArrayList<>();
        private long pts;
        private int bytes;
    }

    /**
     * @param streams at most one video; the index is the stream's name in {@link #on}
     * @param version of the program tables, one more for each change of streams
     */
    public Segmenter(Settings settings, List<StreamType> streams, int version) {
        this.settings = settings;
        this.streams = List.copyOf(streams);
        this.targetSeconds = settings.targetSeconds;
        this.mux = new TsMux(streams, version);
        this.interleave = new Interleave(streams.size());
        int found = -1;
        for (int i = 0; i < streams.size(); i++) {
            found = streams.get(i).video() ? i : found;
            groups.add(new AudioGroup());
        }
        this.video = found;
    }

    /** Takes one unit; units of one stream come in decoding order. Answers the segments that it finished. */
    public List<Segment> on(int stream, TimedUnit unit) {
        List<Segment> finished = new ArrayList<>(1);
        interleave.add(stream, unit).forEach(next -> write(next.stream(), next.unit(), finished));
        return finished;
    }

    /** Nothing will follow: the segment under way, if anything is in it. */
    public List<Segment> end() {
        List<Segment> finished = new ArrayList<>(1);
        interleave.end().forEach(next -> write(next.stream(), next.unit(), finished));
        Open last = open;
        if (last != null) {
            finish(last, last.lastDts + last.lastStep, finished);
        }
        return finished;
    }

    /** EXT-X-TARGETDURATION, 0 before the first segment is finished. */
    public int targetSeconds() {
        return targetSeconds;
    }

    /** Segments that begin without a key frame. */
    public long cutsInsideGop() {
        return cutsInsideGop;
    }

    /** Units before the first key frame, which nobody could decode. */
    public long unstarted() {
        return unstarted;
    }

    private void write(int stream, TimedUnit unit, List<Segment> finished) {
        Open now = open;
        if (now == null) {
            if (!mayStart(stream, unit)) {
                unstarted++;
                return;
            }
            now = begin(stream, unit, null);
        } else if (cutBefore(now, stream, unit)) {
            finish(now, unit.dts90k(), finished);
            now = begin(stream, unit, now);
        }
        note(now, stream, unit);
        if (stream == video) {
            mux.write(now.out, stream, new TsMux.Unit(unit.pts90k(), unit.dts90k(), unit.key()), unit.pieces());
        } else {
            gather(now, stream, unit);
        }
    }

    /** With a key frame; without one only where the video stays away. */
    private boolean mayStart(int stream, TimedUnit unit) {
        if (firstSeen == Long.MIN_VALUE) {
            firstSeen = unit.dts90k();
        }
        boolean waited = unit.dts90k() - firstSeen > settings.maxMillis * 90L;
        return video < 0 || stream == video && unit.key() || waited;
    }

    private Open begin(int stream, TimedUnit unit, @Nullable Open before) {
        boolean independent = video < 0 || stream == video && unit.key();
        if (!independent) {
            cutsInsideGop++;
        }
        Open begun = new Open(unit, independent, before);
        mux.tables(begun.out);
        open = begun;
        return begun;
    }

    private boolean cutBefore(Open now, int stream, TimedUnit unit) {
        long elapsed = unit.dts90k() - now.startDts;
        if (elapsed <= 0) {
            return false;
        }
        long step = stream == (video < 0 ? 0 : video) ? now.lastStep : 0;
        boolean tooLong = elapsed + step > limit();
        boolean tooLarge = now.out.size() + unit.size() > settings.maxBytes;
        if (tooLong || tooLarge) {
            return true;
        }
        if (video < 0) {
            return elapsed + step > settings.targetMillis * 90L;
        }
        return stream == video && unit.key() && cutAtKey(now, elapsed);
    }

    private boolean cutAtKey(Open now, long elapsed) {
        boolean reached = elapsed >= settings.targetMillis * 90L - TOLERANCE_90K;
        boolean nextWouldNotFit = targetSeconds > 0 && now.gop > 0 && elapsed + now.gop > limit();
        return reached || !now.independent || nextWouldNotFit;
    }

    private long limit() {
        return targetSeconds == 0 ? settings.maxMillis * 90L : (long) targetSeconds * TICKS + ROUNDING_90K;
    }

    private void note(Open now, int stream, TimedUnit unit) {
        if (stream == (video < 0 ? 0 : video) && unit.dts90k() > now.lastDts) {
            now.lastStep = Math.min(unit.dts90k() - now.lastDts, MAX_UNIT_90K);
            now.lastDts = unit.dts90k();
        }
        if (stream == video && unit.key()) {
            now.gop = now.lastKey == Long.MIN_VALUE ? now.gop : unit.dts90k() - now.lastKey;
            now.lastKey = unit.dts90k();
        }
    }

    private void gather(Open now, int stream, TimedUnit unit) {
        AudioGroup group = groups.get(stream);
        boolean full = unit.dts90k() - group.pts >= AUDIO_GROUP_90K || group.bytes + unit.size() > AUDIO_GROUP_BYTES;
        if (!group.pieces.isEmpty() && full) {
            flush(now, stream);
        }
        if (group.pieces.isEmpty()) {
            group.pts = unit.pts90k();
        }
        group.pieces.addAll(unit.pieces());
        group.bytes += unit.size();
    }

    private void flush(Open now, int stream) {
        AudioGroup group = groups.get(stream);
        if (!group.pieces.isEmpty()) {
            mux.write(now.out, stream, new TsMux.Unit(group.pts, group.pts, true), group.pieces);
            group.pieces.clear();
            group.bytes = 0;
        }
    }

    /** A source that was away leaves a hole; the segment before it is no longer than the playlist may say. */
    private void finish(Open last, long endDts, List<Segment> finished) {
        for (int stream = 0; stream < streams.size(); stream++) {
            flush(last, stream);
        }
        long duration = Math.clamp(endDts - last.startDts, 1, limit());
        if (targetSeconds == 0) {
            long longest = Math.max(duration, settings.targetMillis * 90L);
            targetSeconds = (int) ((longest + TICKS - 1) / TICKS);
        }
        open = null;
        finished.add(new Segment(last.startPts, duration, last.independent, last.out.toBytes()));
    }
}
