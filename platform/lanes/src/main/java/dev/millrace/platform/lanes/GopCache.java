package dev.millrace.platform.lanes;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;

/**
 * The frames since the last key frame, so that a new reader sees a picture at once. Bounded in bytes and time: a group of
 * pictures beyond the bound is forgotten until the next key frame. Holds nothing for streams without video whose key frames
 * can be seen. Owned by one loop.
 */
final class GopCache {
    /** How long after a key frame the group before it is kept, nanoseconds: a lane's move takes less. */
    private static final long PREVIOUS_NANOS = 2_000_000_000L;

    private final long bytesLimit;
    private final long nanosLimit;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final ArrayDeque<Frame> previous = new ArrayDeque<>();
    private long bytes;
    private boolean overflowed;

    GopCache(long bytesLimit, long nanosLimit) {
        this.bytesLimit = bytesLimit;
        this.nanosLimit = nanosLimit;
    }

    /** Keeps a frame, retained, if it belongs to the current group of pictures. */
    void add(Frame frame) {
        if (frame.track().kind() == Track.Kind.VIDEO && frame.key() && !continuesTheKeyFrame(frame)) {
            forget(previous);
            previous.addAll(frames);
            frames.clear();
            bytes = 0;
        } else if (frames.isEmpty()) {
            return;
        }
        frames.add(frame.retain());
        bytes += frame.size();
        long span = frame.bornNanos() - frames.getFirst().bornNanos();
        if (bytes > bytesLimit || span > nanosLimit) {
            clear();
            overflowed = true;
        } else if (span > PREVIOUS_NANOS) {
            forget(previous);
        }
    }

    /** A picture may come in several frames: parameter sets ahead of it, slices that were paced, a picture beyond the limit. */
    private boolean continuesTheKeyFrame(Frame frame) {
        Frame first = frames.peekFirst();
        return first != null
                && first.track().index() == frame.track().index()
                && first.timestamp() == frame.timestamp();
    }

    /** The frames, oldest first; lent. */
    Collection<Frame> frames() {
        return Collections.unmodifiableCollection(frames);
    }

    /** For a short while after a key frame, what was before it: for another node that follows the lane here; lent. */
    Collection<Frame> previous() {
        return Collections.unmodifiableCollection(previous);
    }

    /** Whether a group of pictures was ever longer than the bound. */
    boolean overflowed() {
        return overflowed;
    }

    void clear() {
        forget(frames);
        forget(previous);
        bytes = 0;
    }

    private static void forget(ArrayDeque<Frame> kept) {
        kept.forEach(Frame::release);
        kept.clear();
    }
}
