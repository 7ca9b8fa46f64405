package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.Streams.Restamp;
import dev.millrace.protocols.rtp.RtpView;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one track's SSRC, sequence numbers and timestamps without a break for its readers, whoever feeds the lane: a frame
 * that was there already is seen as old, a publisher that came back with numbers of its own is re-stamped. Owned by the
 * lane's loop.
 */
final class Numbering {
    /** Forward jump within one SSRC that still counts as loss, packets. */
    private static final int JUMP_FORWARD = 4_000;

    /** Backward jump within one SSRC that still counts as a repetition, packets: a key frame interval at 40 Mb/s. */
    private static final int JUMP_BACKWARD = 32_000;

    /**
     * A repetition is a short burst. Longer than this it is a publisher with the same SSRC that began its numbers anew,
     * nanoseconds.
     */
    private static final long OLD_LIMIT = 3_000_000_000L;

    private final int track;
    private final int clockRate;

    private @Nullable Restamp restamp;
    private boolean started;
    private long ssrc;
    private int lastSequence;
    private long lastTimestamp;
    private long lastStep;
    private long lastNanos;
    private long lost;
    private boolean changed;
    private long oldSinceNanos;

    Numbering(int track, int clockRate) {
        this.track = track;
        this.clockRate = clockRate;
    }

    /** Takes over how another home re-stamped this track. */
    void adopt(Restamp other) {
        restamp = other;
    }

    /** The frame as readers see it, taken over; null, and released, when they have had it already. */
    @Nullable
    Frame next(Frame frame, long nowNanos) {
        if (restamp == null || restamp.inputSsrc() != frame.ssrc()) {
            restamp = fresh(frame, nowNanos);
        }
        int sequence = frame.sequence() + restamp.sequence() & 0xFFFF;
        if (started) {
            int distance = RtpView.sequenceDistance(lastSequence, sequence);
            if (distance > JUMP_FORWARD || distance < -JUMP_BACKWARD) {
                restamp = continued(frame, nowNanos);
                sequence = frame.sequence() + restamp.sequence() & 0xFFFF;
            } else if (distance <= 0) {
                if (oldSinceNanos == 0) {
                    oldSinceNanos = nowNanos;
                }
                if (nowNanos - oldSinceNanos < OLD_LIMIT) {
                    frame.release();
                    return null;
                }
                restamp = continued(frame, nowNanos);
                sequence = frame.sequence() + restamp.sequence() & 0xFFFF;
            } else {
                lost += distance - 1;
            }
        }
        Frame numbered = restamp.ssrc() != frame.ssrc() || restamp.sequence() != 0 || restamp.timestamp() != 0
                ? frame.renumbered(restamp.ssrc(), restamp.sequence(), restamp.timestamp())
                : frame;
        long timestamp = numbered.timestamp();
        if (started && timestamp != lastTimestamp) {
            lastStep = RtpView.timestampDistance(lastTimestamp, timestamp);
        }
        started = true;
        oldSinceNanos = 0;
        ssrc = restamp.ssrc();
        lastSequence = sequence + numbered.packets() - 1 & 0xFFFF;
        lastTimestamp = timestamp;
        lastNanos = nowNanos;
        return numbered;
    }

    /** From now on frames come with the numbers that readers see: those of another node's lane. */
    void outwardNumbers() {
        restamp = null;
    }

    private Restamp fresh(Frame frame, long nowNanos) {
        boolean known = started && frame.ssrc() == ssrc;
        return !started || known ? new Restamp(track, frame.ssrc(), frame.ssrc(), 0, 0) : continued(frame, nowNanos);
    }

    /** The frame becomes the one after the last: its time is the last one's and what has passed since. */
    private Restamp continued(Frame frame, long nowNanos) {
        changed = true;
        long passed = Math.max(1, (nowNanos - lastNanos) / 1_000 * clockRate / 1_000_000);
        return new Restamp(
                track,
                frame.ssrc(),
                ssrc,
                lastSequence + 1 - frame.sequence() & 0xFFFF,
                lastTimestamp + passed - frame.timestamp() & 0xFFFF_FFFFL);
    }

    /** The publisher's timestamp as readers see it. */
    long outward(long timestamp) {
        return restamp == null ? timestamp : timestamp + restamp.timestamp() & 0xFFFF_FFFFL;
    }

    /** Where a reader that gets nothing of the past begins. */
    TrackStart next(int extraIpv4, int extraIpv6) {
        return new TrackStart(
                track,
                started,
                lastSequence + 1 & 0xFFFF,
                lastTimestamp + Math.max(0, lastStep) & 0xFFFF_FFFFL,
                ssrc,
                extraIpv4,
                extraIpv6);
    }

    @Nullable
    Restamp restamp() {
        return restamp;
    }

    /** Whether a re-stamp was made since the last call: the claim must tell it. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    boolean started() {
        return started;
    }

    /** Packets that the publisher's numbers miss. */
    long lost() {
        return lost;
    }
}
