package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts one track's packets, in order, into frames: video packets of equal timestamp together until the marker, until the
 * oldest has waited {@link #WAIT_NANOS}, or until the frame is {@link #SIZE_LIMIT} long; anything else packet by packet.
 * Owned by the publisher's loop.
 */
final class FrameAssembler {
    /** A video packet waits at most 5 ms for the rest of its picture. */
    static final long WAIT_NANOS = 5_000_000;

    /** Bytes after which a frame leaves unfinished. */
    static final int SIZE_LIMIT = 256 * 1024;

    private static final int FIRST_GUESS = 2048;

    private final Track track;
    private final ByteBufAllocator allocator;
    private final Consumer<Frame> out;

    private @Nullable ByteBuf open;
    private int packets;
    private int longest;
    private boolean key;
    private boolean last;
    private long timestamp;
    private long bornNanos;
    private int guess = FIRST_GUESS;

    FrameAssembler(Track track, ByteBufAllocator allocator, Consumer<Frame> out) {
        this.track = track;
        this.allocator = allocator;
        this.out = out;
    }

    /** Copies a valid RTP packet; {@code view} is borrowed. */
    void packet(ByteBuffer view, int offset, int length, long nowNanos) {
        long packetTimestamp = RtpView.timestamp(view, offset);
        if (open != null && (packetTimestamp != timestamp || open.readableBytes() + length > SIZE_LIMIT)) {
            finish();
        }
        ByteBuf frame = open;
        if (frame == null) {
            frame = allocator.directBuffer(
                    track.kind() == Track.Kind.VIDEO ? Math.max(guess, length + Frame.PREFIX) : length + Frame.PREFIX);
            open = frame;
            timestamp = packetTimestamp;
            bornNanos = nowNanos;
        }
        frame.writeByte('$').writeByte(2 * track.index()).writeShort(length);
        frame.writeBytes(view.slice(offset, length));
        packets++;
        longest = Math.max(longest, length);
        key |= track.keyFrames()
                .startsKeyFrame(view, RtpView.payloadOffset(view, offset), RtpView.payloadLength(view, offset, length));
        if (track.kind() != Track.Kind.VIDEO || RtpView.marker(view, offset)) {
            last = true;
            finish();
        }
    }

    /** When the open frame must leave at the latest, or {@link Long#MAX_VALUE}. */
    long deadlineNanos() {
        return open == null ? Long.MAX_VALUE : bornNanos + WAIT_NANOS;
    }

    /** Lets the open frame go as it is. */
    void finish() {
        ByteBuf bytes = open;
        if (bytes == null) {
            return;
        }
        Frame frame = new Frame(track, bytes, packets, longest, key, last, bornNanos);
        guess = Math.max(FIRST_GUESS, (guess * 7 + bytes.readableBytes()) / 8);
        open = null;
        packets = 0;
        longest = 0;
        key = false;
        last = false;
        out.accept(frame);
    }
}
