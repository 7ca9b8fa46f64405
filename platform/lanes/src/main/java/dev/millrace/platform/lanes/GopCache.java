package dev.millrace.platform.lanes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames since the last key frame, so that a new reader sees a picture at once, and those before it for a while, so that
 * nothing is lost when a lane changes its home. Bounded in bytes and time: a group of pictures beyond the bound is forgotten
 * until the next key frame. Of streams without video whose key frames can be seen, only the latest are kept, for a change of
 * home. Owned by one loop.
 */
final class GopCache {
    /** How long after a key frame the group before it is kept, nanoseconds: a lane's move takes less. */
    private static final long PREVIOUS_NANOS = 2_000_000_000L;

    /** How much of a stream without key frames is kept, nanoseconds: the loss of a silent home is noticed in five seconds. */
    static final long RECENT_NANOS = 6_000_000_000L;

    private final long bytesLimit;
    private final long nanosLimit;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final ArrayDeque<Frame> previous = new ArrayDeque<>();
    private boolean keyFrames;
    private long bytes;
    private boolean overflowed;

    /** @param keyFrames whether the stream has video whose key frames can be seen */
    GopCache(Lane.Shape shape, boolean keyFrames) {
        this.bytesLimit = shape.gopBytes();
        this.nanosLimit = shape.gopTime().toNanos();
        this.keyFrames = keyFrames;
    }

    /** Forgets everything: a stream of another kind comes. */
    void restart(boolean withKeyFrames) {
        clear();
        keyFrames = withKeyFrames;
    }

    /** Keeps a frame, retained, if it belongs to the current group of pictures, or to the latest of a stream without. */
    void add(Frame frame) {
        if (!keyFrames) {
            addRecent(frame);
        } else {
            addToGroup(frame);
        }
    }

    private void addRecent(Frame frame) {
        previous.add(frame.retain());
        bytes += frame.size();
        long until = frame.bornNanos() - Math.min(nanosLimit, RECENT_NANOS);
        while (!previous.isEmpty() && (bytes > bytesLimit || previous.getFirst().bornNanos() - until < 0)) {
            Frame oldest = previous.removeFirst();
            bytes -= oldest.size();
            oldest.release();
        }
    }

    private void addToGroup(Frame frame) {
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

    /** What a new reader begins with, oldest first; retained. */
    List<Frame> retainFrames() {
        return retained(frames);
    }

    /** What one that had the stream elsewhere may lack, oldest first: the frames, and what was before them; retained. */
    List<Frame> retainAll() {
        List<Frame> all = retained(previous);
        all.addAll(retained(frames));
        return all;
    }

    private static List<Frame> retained(ArrayDeque<Frame> kept) {
        kept.forEach(Frame::retain);
        return new ArrayList<>(kept);
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
