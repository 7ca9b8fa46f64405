package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * RTP packets of one track that leave together, laid out once as a TCP reader gets them (RFC 2326 section 10.12): for each
 * packet {@code $}, the channel {@code 2 * track}, 16 bits of length, the packet. Immutable once its lane has numbered it;
 * shared between loops, counted by its buffer: {@link #retain} and {@link #release}.
 */
public final class Frame {
    /** Bytes before each packet. */
    public static final int PREFIX = 4;

    private final Track track;
    private final ByteBuf bytes;
    private final int packets;
    private final int longest;
    private final boolean key;
    private final boolean last;
    private final long bornNanos;

    /** Packets that a UDP reader has got more than a TCP reader before this frame, by re-packetising; set by the lane, once. */
    int extraIpv4;

    int extraIpv6;

    /**
     * @param bytes taken over
     * @param packets how many lie in it
     * @param longest bytes of the longest packet
     * @param key whether a decoder can begin here
     * @param last whether the packet that ends the access unit is in it
     * @param bornNanos when its first packet arrived, on the monotonic clock of this process
     */
    Frame(Track track, ByteBuf bytes, int packets, int longest, boolean key, boolean last, long bornNanos) {
        this.track = track;
        this.bytes = bytes;
        this.packets = packets;
        this.longest = longest;
        this.key = key;
        this.last = last;
        this.bornNanos = bornNanos;
    }

    public Track track() {
        return track;
    }

    /** The interleaved bytes; shared, so only absolute reads, or a duplicate. */
    public ByteBuf bytes() {
        return bytes;
    }

    public int packets() {
        return packets;
    }

    /** Bytes of the longest packet. */
    public int longest() {
        return longest;
    }

    /** Whether a decoder can begin here. */
    public boolean key() {
        return key;
    }

    /** Whether the packet that ends the access unit (RTP marker) is in it. */
    public boolean last() {
        return last;
    }

    /** When its first packet arrived, on the monotonic clock of this process. */
    public long bornNanos() {
        return bornNanos;
    }

    public int size() {
        return bytes.readableBytes();
    }

    /** RTP timestamp of the frame, 32 bits. */
    public long timestamp() {
        return bytes.getUnsignedInt(bytes.readerIndex() + PREFIX + 4);
    }

    public long ssrc() {
        return bytes.getUnsignedInt(bytes.readerIndex() + PREFIX + 8);
    }

    /** Sequence number of the first packet. */
    public int sequence() {
        return bytes.getUnsignedShort(bytes.readerIndex() + PREFIX + 2);
    }

    /** What a visitor is shown: one packet, lying in a view that is borrowed for the call. */
    @FunctionalInterface
    public interface PacketVisitor {
        void packet(ByteBuffer view, int offset, int length);
    }

    /** Shows every packet in order. May be called on any loop. */
    public void forEach(PacketVisitor visitor) {
        // nioBuffer makes a view of its own: the frame is shared between loops, its cached view must not be.
        ByteBuffer view = bytes.nioBuffer();
        int at = 0;
        for (int i = 0; i < packets; i++) {
            int length = view.getShort(at + 2) & 0xFFFF;
            visitor.packet(view, at + PREFIX, length);
            at += PREFIX + length;
        }
    }

    /**
     * This frame under another numbering, taken over: in place while nobody else holds it, else as a copy, because a
     * publisher keeps its latest frames for the case that the lane moves.
     */
    Frame renumbered(long ssrc, int sequenceOffset, long timestampOffset) {
        Frame own = this;
        if (bytes.refCnt() > 1) {
            own = new Frame(track, bytes.copy(), packets, longest, key, last, bornNanos);
            release();
        }
        own.forEach((view, offset, length) -> {
            RtpView.setSsrc(view, offset, ssrc);
            RtpView.setSequence(view, offset, RtpView.sequence(view, offset) + sequenceOffset & 0xFFFF);
            RtpView.setTimestamp(view, offset, RtpView.timestamp(view, offset) + timestampOffset & 0xFFFF_FFFFL);
        });
        return own;
    }

    public Frame retain() {
        bytes.retain();
        return this;
    }

    public void release() {
        bytes.release();
    }
}
