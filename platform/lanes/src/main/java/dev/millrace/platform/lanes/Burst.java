package dev.millrace.platform.lanes;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Frames that leave in one write: a video frame, with the audio frames that waited for it before. All of them lie in one
 * buffer, back to back. Shared between loops and counted like a frame.
 */
public final class Burst {
    private final ByteBuf bytes;
    private final List<Frame> frames;

    private Burst(ByteBuf bytes, List<Frame> frames) {
        this.bytes = bytes;
        this.frames = frames;
    }

    /** One frame alone; takes it over. */
    static Burst of(Frame frame) {
        return new Burst(frame.bytes(), List.of(frame));
    }

    /** Frames copied behind one another; takes them over. The frames of the burst are slices of its buffer. */
    static Burst merged(List<Frame> frames) {
        int size = 0;
        for (Frame frame : frames) {
            size += frame.size();
        }
        ByteBuf bytes = frames.getFirst().bytes().alloc().directBuffer(size);
        Frame[] slices = new Frame[frames.size()];
        for (int i = 0; i < slices.length; i++) {
            Frame frame = frames.get(i);
            int at = bytes.writerIndex();
            bytes.writeBytes(frame.bytes(), frame.bytes().readerIndex(), frame.size());
            Frame slice = new Frame(
                    frame.track(),
                    bytes.slice(at, frame.size()),
                    frame.packets(),
                    frame.longest(),
                    frame.key(),
                    frame.last(),
                    frame.bornNanos());
            slice.extraIpv4 = frame.extraIpv4;
            slice.extraIpv6 = frame.extraIpv6;
            slices[i] = slice;
            frame.release();
        }
        return new Burst(bytes, List.of(slices));
    }

    /** The interleaved bytes of all frames; shared, so only absolute reads, or a duplicate. */
    public ByteBuf bytes() {
        return bytes;
    }

    public List<Frame> frames() {
        return frames;
    }

    Burst retain() {
        bytes.retain();
        return this;
    }

    void release() {
        bytes.release();
    }
}
