package dev.millrace.protocols.hls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The finished segments of one stream and what the playlist says of them: RFC 8216 section 6.2.2. Owned by one packager loop;
 * time comes as an argument.
 *
 * <p>The playlist never shrinks below three target durations by a new segment; a segment that has left it stays available for
 * its own duration and that of the longest playlist it stood in. Above the bound in bytes the oldest go first, even earlier
 * than that, which is counted.
 */
public final class SegmentWindow {
    /** A playlist shorter than this many target durations may not lose a segment, section 6.2.2. */
    private static final int MIN_TARGETS = 3;

    private static final int TICKS = 90_000;

    /**
     * @param segments in the playlist, at least
     * @param maxSegments kept in memory altogether
     * @param maxBytes kept in memory altogether; the newest segment stays whatever its size
     */
    public record Bound(int segments, int maxSegments, long maxBytes) {}

    /** A segment with its number. */
    public record Numbered(long sequence, MediaPlaylist.Entry entry, byte[] bytes) {
        /** Bits per second. */
        public long bitRate() {
            return bytes.length * 8L * TICKS / Math.max(1, entry.duration90k());
        }
    }

    private record Removed(Numbered segment, long untilMillis) {}

    private final Bound bound;
    private final int targetSeconds;
    private final Deque<Numbered> listed = new ArrayDeque<>();
    private final Deque<Removed> removed = new ArrayDeque<>();
    private long nextSequence;
    private long discontinuitySequence;
    private long bytes;
    private long longestPlaylist90k;
    private long evictedEarly;
    private long peakBitRate;
    private boolean ended;

    /**
     * @param targetSeconds EXT-X-TARGETDURATION
     * @param nextSequence number of the first segment
     * @param discontinuities that stood before it, all told
     */
    public SegmentWindow(Bound bound, int targetSeconds, long nextSequence, long discontinuities) {
        this.bound = bound;
        this.targetSeconds = targetSeconds;
        this.nextSequence = nextSequence;
        this.discontinuitySequence = discontinuities;
    }

    /** What is new about a segment besides its bytes: when its first picture was taken, and whether it follows on. */
    public record Label(long programMillis, boolean discontinuity) {}

    /** Lists one more segment. */
    public Numbered add(Segmenter.Segment segment, Label label, long nowMillis) {
        MediaPlaylist.Entry entry = new MediaPlaylist.Entry(
                SegmentName.encode(nextSequence), segment.duration90k(), label.programMillis, label.discontinuity);
        Numbered numbered = new Numbered(nextSequence++, entry, segment.bytes());
        listed.addLast(numbered);
        bytes += segment.bytes().length;
        peakBitRate = Math.max(peakBitRate, numbered.bitRate());
        longestPlaylist90k = Math.max(longestPlaylist90k, listed90k());
        while (listed.size() > bound.segments
                && listed90k() - listed.getFirst().entry().duration90k()
                        >= (long) MIN_TARGETS * targetSeconds * TICKS) {
            remove(nowMillis);
        }
        expire(nowMillis);
        shrink(nowMillis);
        return numbered;
    }

    /** No segment will follow: the playlist gets its EXT-X-ENDLIST. */
    public void end() {
        ended = true;
    }

    /** The publisher is back: more segments will follow after all. */
    public void reopen() {
        ended = false;
    }

    /** Forgets what has been out of the playlist for long enough. */
    public void expire(long nowMillis) {
        while (!removed.isEmpty() && removed.getFirst().untilMillis <= nowMillis) {
            bytes -= removed.removeFirst().segment.bytes().length;
        }
    }

    private void shrink(long nowMillis) {
        while (over() && !removed.isEmpty()) {
            bytes -= removed.removeFirst().segment.bytes().length;
            evictedEarly++;
        }
        while (over() && listed.size() > 1) {
            remove(nowMillis);
            bytes -= removed.removeFirst().segment.bytes().length;
            evictedEarly++;
        }
    }

    private boolean over() {
        return bytes > bound.maxBytes || listed.size() + removed.size() > bound.maxSegments;
    }

    private void remove(long nowMillis) {
        Numbered oldest = listed.removeFirst();
        discontinuitySequence += oldest.entry().discontinuity() ? 1 : 0;
        long stays = (longestPlaylist90k + oldest.entry().duration90k()) / 90;
        removed.addLast(new Removed(oldest, nowMillis + stays));
    }

    private long listed90k() {
        return listed.stream()
                .mapToLong(segment -> segment.entry().duration90k())
                .sum();
    }

    /** The playlist as it is now. */
    public MediaPlaylist playlist() {
        List<MediaPlaylist.Entry> entries = new ArrayList<>(listed.size());
        listed.forEach(segment -> entries.add(segment.entry()));
        long first = listed.isEmpty() ? nextSequence : listed.getFirst().sequence();
        return new MediaPlaylist(targetSeconds, first, discontinuitySequence, entries, ended);
    }

    /** A segment that is listed or left the list not long ago. */
    public Optional<Numbered> find(long sequence) {
        for (Numbered segment : listed) {
            if (segment.sequence() == sequence) {
                return Optional.of(segment);
            }
        }
        for (Removed gone : removed) {
            if (gone.segment.sequence() == sequence) {
                return Optional.of(gone.segment);
            }
        }
        return Optional.empty();
    }

    /** EXT-X-DISCONTINUITY tags up to the newest segment, those that left the playlist included. */
    public long discontinuities() {
        return discontinuitySequence
                + listed.stream()
                        .filter(segment -> segment.entry().discontinuity())
                        .count();
    }

    /** The number the next segment gets. */
    public long nextSequence() {
        return nextSequence;
    }

    public int targetSeconds() {
        return targetSeconds;
    }

    /** Bytes in memory. */
    public long bytes() {
        return bytes;
    }

    /** Bits per second of the largest segment so far: BANDWIDTH. */
    public long peakBitRate() {
        return peakBitRate;
    }

    /** Bits per second over the listed segments: AVERAGE-BANDWIDTH. */
    public long averageBitRate() {
        long size = listed.stream().mapToLong(segment -> segment.bytes().length).sum();
        return size * 8 * TICKS / Math.max(1, listed90k());
    }

    /** Segments that the bound in bytes or count took before their time. */
    public long evictedEarly() {
        return evictedEarly;
    }
}
