package dev.millrace.protocols.hls;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Gives pictures that come in decoding order, with presentation times only (RTP carries no others), a decoding time: strictly
 * rising and never after the presentation time. Owned by one packager loop.
 *
 * <p>RTP timestamps <em>are</em> the picture order (RFC 6184 section 5.1: the sampling instant), so sorting them gives what
 * picture order counts would give and needs no slice header. With a reorder depth of d (max_num_reorder_frames, ITU-T H.264
 * annex E.2.1) the n-th picture decoded gets the (n-d)-th presentation time in rising order: at most d pictures that were
 * decoded earlier are shown later, so that time is never above its own. The first d have no such time and are laid out before
 * the first one at the distance of frames. A lost picture leaves the rule true.
 *
 * <p>Without B-frames d is 0 and DTS is PTS. Where the parameter set only bounds d, the first pictures are held until d can
 * be seen in them; a stream that reorders deeper later on raises d and shows one picture late, which is counted.
 *
 * @param <T> what a picture is to the caller
 */
public final class DecodeOrder<T> {
    /** The deepest reordering of H.264, annex A.3.1 (MaxDpbFrames). */
    public static final int MAX_DEPTH = 16;

    /** A step forward in time above which the source was away: 10 s. The order starts anew, the times still rise. */
    public static final long JUMP_90K = 900_000;

    /** Pictures held at the start, at most, until their distance and depth are seen. */
    private static final int MAX_HELD = MAX_DEPTH + 2;

    /** A picture and its times. */
    public record Placed<T>(long pts90k, long dts90k, T unit) {}

    /**
     * What the sequence parameter set says.
     *
     * @param depth reorder depth, 0 to {@link #MAX_DEPTH}
     * @param stated whether that is the depth (VUI, or a picture order type 2 that has none), or only its bound
     */
    public record Reordering(int depth, boolean stated) {
        public static final Reordering NONE = new Reordering(0, true);

        public Reordering {
            depth = Math.clamp(depth, 0, MAX_DEPTH);
        }
    }

    private record Held<T>(long pts90k, T unit) {}

    private final Reordering reordering;
    private final long frame90k;
    private final PriorityQueue<Long> times = new PriorityQueue<>();
    private final List<Held<T>> held = new ArrayList<>();
    private int depth;
    private int leading;
    private boolean running;
    private long latest = Long.MIN_VALUE;
    private long lastDts = Long.MIN_VALUE;
    private long late;

    /** @param frame90k distance of two frames to assume where it cannot be seen */
    public DecodeOrder(Reordering reordering, long frame90k) {
        this.reordering = reordering;
        this.frame90k = Math.max(1, frame90k);
        this.depth = reordering.depth;
    }

    /** Takes the next picture in decoding order; answers those whose times are certain now, in the same order. */
    public List<Placed<T>> on(long pts90k, T unit) {
        List<Placed<T>> placed = new ArrayList<>();
        if (running && pts90k - latest > JUMP_90K) {
            running = false;
            times.clear();
        }
        latest = running || !held.isEmpty() ? Math.max(latest, pts90k) : pts90k;
        if (running) {
            placed.add(place(pts90k, unit));
            return placed;
        }
        held.add(new Held<>(pts90k, unit));
        if (depth == 0 || held.size() == Math.min(2 * depth + 2, MAX_HELD)) {
            release(placed);
        }
        return placed;
    }

    /** Nothing will follow: the pictures still held. */
    public List<Placed<T>> end() {
        List<Placed<T>> placed = new ArrayList<>();
        if (!held.isEmpty()) {
            release(placed);
        }
        return placed;
    }

    /** Pictures shown late because the stream reorders deeper than its parameter set or its past said. */
    public long late() {
        return late;
    }

    private void release(List<Placed<T>> placed) {
        if (!reordering.stated) {
            depth = seenDepth();
        }
        long first = held.stream().mapToLong(Held::pts90k).min().orElseThrow();
        long distance = seenDistance();
        leading = depth;
        for (int i = 0; i < depth; i++) {
            times.add(first - (depth - i) * distance);
        }
        running = true;
        held.forEach(picture -> placed.add(place(picture.pts90k, picture.unit)));
        held.clear();
    }

    /** The smallest distance of two held pictures in time. */
    private long seenDistance() {
        long[] sorted = held.stream().mapToLong(Held::pts90k).sorted().toArray();
        long distance = Long.MAX_VALUE;
        for (int i = 1; i < sorted.length; i++) {
            long step = sorted[i] - sorted[i - 1];
            distance = step > 0 ? Math.min(distance, step) : distance;
        }
        return distance == Long.MAX_VALUE ? frame90k : distance;
    }

    /** The most pictures that were decoded before another one and are shown after it. */
    private int seenDepth() {
        int deepest = 0;
        for (int i = 1; i < held.size(); i++) {
            int later = 0;
            for (int j = 0; j < i; j++) {
                later += held.get(j).pts90k > held.get(i).pts90k ? 1 : 0;
            }
            deepest = Math.max(deepest, later);
        }
        return deepest;
    }

    private Placed<T> place(long pts90k, T unit) {
        times.add(pts90k);
        boolean deeper = leading == 0 && pts90k < lastDts && depth < MAX_DEPTH;
        long dts;
        if (deeper) {
            depth++;
            dts = lastDts + 1;
        } else {
            dts = Math.max(times.remove(), lastDts + 1);
        }
        leading = Math.max(0, leading - 1);
        lastDts = dts;
        if (pts90k < dts) {
            late++;
        }
        return new Placed<>(Math.max(pts90k, dts), dts, unit);
    }
}
