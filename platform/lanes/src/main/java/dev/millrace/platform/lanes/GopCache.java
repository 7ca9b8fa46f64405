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
    private final long bytesLimit;
    private final long nanosLimit;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private long bytes;
    private boolean overflowed;

    GopCache(long bytesLimit, long nanosLimit) {
        this.bytesLimit = bytesLimit;
        this.nanosLimit = nanosLimit;
    }

    /** Keeps a frame, retained, if it belongs to the current group of pictures. */
    void add(Frame frame) {
        if (frame.track().kind() == Track.Kind.VIDEO && frame.key()) {
            clear();
        } else if (frames.isEmpty()) {
            return;
        }
        frames.add(frame.retain());
        bytes += frame.size();
        if (bytes > bytesLimit || frame.bornNanos() - frames.getFirst().bornNanos() > nanosLimit) {
            clear();
            overflowed = true;
        }
    }

    /** The frames, oldest first; lent. */
    Collection<Frame> frames() {
        return Collections.unmodifiableCollection(frames);
    }

    /** Whether a group of pictures was ever longer than the bound. */
    boolean overflowed() {
        return overflowed;
    }

    void clear() {
        frames.forEach(Frame::release);
        frames.clear();
        bytes = 0;
    }
}
