package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * One frame as UDP readers get it: the packets back to back, and the runs of equal length that leave as one segmented send.
 * A packet above the limit is packetised again, and the numbers of this and all later packets move up: every loop's readers
 * see the same numbering, because the lane counts. Owned by one loop, for the duration of a delivery.
 */
final class Datagrams {
    /** Longest segmented send, bytes: a UDP datagram's limit, which the kernel applies to the run as a whole. */
    static final int RUN_BYTES = 65_507;

    private static final int SEGMENTS = 64;

    private final Frame frame;
    private final boolean ipv6;
    private final int limit;
    private final ByteBuf bytes;
    private final int[] starts;
    private final int[] lengths;
    private final int[] segments;
    private int runs;
    private int packets;
    /** Index of the next packet in the frame. */
    private int sourceIndex;

    private Datagrams(Frame frame, boolean ipv6, ByteBuf bytes, int mostPackets, int limit) {
        this.limit = limit;
        this.frame = frame;
        this.ipv6 = ipv6;
        this.bytes = bytes;
        this.starts = new int[mostPackets];
        this.lengths = new int[mostPackets];
        this.segments = new int[mostPackets];
    }

    static Datagrams of(Frame frame, boolean ipv6, PacketLimits limits) {
        int limit = limits.of(ipv6);
        int extra = Layouts.extra(frame, limit);
        // A piece repeats the RTP header and a few bytes of its payload format.
        ByteBuf bytes = frame.bytes().alloc().directBuffer(frame.size() + extra * 64);
        Datagrams made = new Datagrams(frame, ipv6, bytes, frame.packets() + extra, limit);
        int before = ipv6 ? frame.extraIpv6 : frame.extraIpv4;
        frame.forEach((view, offset, length) -> {
            if (length > limit) {
                made.split(view, offset, length, limit, before);
            } else {
                made.append(view, offset, length, before);
            }
        });
        return made;
    }

    private void append(ByteBuffer view, int offset, int length, int before) {
        int at = bytes.writerIndex();
        bytes.writeBytes(view.slice(offset, length));
        int shift = before + packets - sourceIndex;
        if (shift != 0) {
            bytes.setShort(at + 2, bytes.getUnsignedShort(at + 2) + shift & 0xFFFF);
        }
        sourceIndex++;
        count(at, length);
    }

    private void split(ByteBuffer view, int offset, int length, int limit, int before) {
        int payload = RtpView.payloadOffset(view, offset);
        int payloadLength = RtpView.payloadLength(view, offset, length);
        int header = payload - offset;
        int pieces = Repacketizing.pieces(frame.track(), view, payload, payloadLength, limit - header);
        int sequence = RtpView.sequence(view, offset) + before + packets - sourceIndex;
        int first = packets;
        Repacketizing.split(
                frame.track(), view, payload, payloadLength, limit - header, (prefix, prefixLength, from, count) -> {
                    int at = bytes.writerIndex();
                    int piece = packets - first;
                    bytes.writeBytes(view.slice(offset, header));
                    // Padding belonged to the whole packet: the pieces have none. The marker belongs to the last one.
                    bytes.setByte(at, bytes.getByte(at) & ~0x20);
                    if (piece < pieces - 1) {
                        bytes.setByte(at + 1, bytes.getByte(at + 1) & 0x7F);
                    }
                    bytes.setShort(at + 2, sequence + piece & 0xFFFF);
                    for (int i = prefixLength - 1; i >= 0; i--) {
                        bytes.writeByte(prefix >> 8 * i);
                    }
                    bytes.writeBytes(view.slice(from, count));
                    count(at, bytes.writerIndex() - at);
                });
        sourceIndex++;
    }

    private void count(int at, int length) {
        packets++;
        if (runs > 0) {
            int run = runs - 1;
            int segment = segments[run];
            // A segment must fit into the network's packets; what is longer goes alone and is fragmented.
            boolean stillEqual = segment <= limit && lengths[run] % segment == 0;
            if (stillEqual
                    && length <= segment
                    && lengths[run] / segment < SEGMENTS
                    && lengths[run] + length <= RUN_BYTES) {
                lengths[run] += length;
                return;
            }
        }
        starts[runs] = at;
        lengths[runs] = length;
        segments[runs] = length;
        runs++;
    }

    Frame frame() {
        return frame;
    }

    boolean ipv6() {
        return ipv6;
    }

    int runs() {
        return runs;
    }

    /** Packets in all runs. */
    int packets() {
        return packets;
    }

    /** Bytes in all runs. */
    int size() {
        return bytes.readableBytes();
    }

    /** A reference of its own to the packets of one run. */
    ByteBuf run(int index) {
        return bytes.retainedSlice(starts[index], lengths[index]);
    }

    /** Length of every packet of the run but the last, which may be shorter. */
    int segment(int index) {
        return segments[index];
    }

    void release() {
        bytes.release();
    }
}
