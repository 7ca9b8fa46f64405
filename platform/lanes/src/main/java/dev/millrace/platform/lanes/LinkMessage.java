package dev.millrace.platform.lanes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The node link's wire form, version 1: a header of 16 bytes (type u8, track u8, flags u16, packets u16, longest u16, body
 * length u32, reserved u32), then the body. Our own protocol between versions of us: an unknown type is skipped.
 */
final class LinkMessage {
    static final int HEADER = 16;
    static final int VERSION = 1;

    /** Longest body, bytes: a frame, or a description. */
    static final int BODY_LIMIT = 4 << 20;

    /** First message of the connecting node: version u8, ticket (16 bytes), signature of the ticket. */
    static final int HELLO = 1;

    /** The home's answer to a subscriber: the stream's SDP. */
    static final int WELCOME = 2;

    /** One frame in interleaved layout. */
    static final int FRAME = 3;

    /** The publisher's clock: ntp i64, timestamp u32. */
    static final int REPORT = 4;

    /** A subscriber's readers u32 and dropped frames i64. */
    static final int READERS = 5;

    /** The flow is over: reason u8. */
    static final int CLOSE = 6;

    /** Still here. */
    static final int PING = 7;

    static final int FLAG_KEY = 1;
    static final int FLAG_LAST = 2;

    /** The frame was kept: it is sent for one that followed the stream elsewhere and may lack it. */
    static final int FLAG_KEPT = 4;

    /**
     * What the header says beside the body's length. Only a frame has more than a type.
     *
     * @param packets RTP packets of a frame
     * @param longest bytes of the longest of them
     */
    record Head(int type, int track, int flags, int packets, int longest) {
        static Head of(int type) {
            return new Head(type, 0, 0, 0, 0);
        }

        static Head of(Frame frame, boolean kept) {
            int flags = (frame.key() ? FLAG_KEY : 0) | (frame.last() ? FLAG_LAST : 0) | (kept ? FLAG_KEPT : 0);
            return new Head(FRAME, frame.track().index(), flags, frame.packets(), frame.longest());
        }

        /** The header that begins at {@code at}. */
        static Head read(ByteBuf bytes, int at) {
            return new Head(
                    bytes.getUnsignedByte(at),
                    bytes.getUnsignedByte(at + 1),
                    bytes.getUnsignedShort(at + 2),
                    bytes.getUnsignedShort(at + 4),
                    bytes.getUnsignedShort(at + 6));
        }

        boolean is(int flag) {
            return (flags & flag) != 0;
        }
    }

    private LinkMessage() {}

    private static ByteBuf header(ByteBufAllocator allocator, Head head, int body, int room) {
        return allocator
                .directBuffer(HEADER + room)
                .writeByte(head.type)
                .writeByte(head.track)
                .writeShort(head.flags)
                .writeShort(head.packets)
                .writeShort(head.longest)
                .writeInt(body)
                .writeInt(0);
    }

    private static ByteBuf header(ByteBufAllocator allocator, int type, int body) {
        return header(allocator, Head.of(type), body, body);
    }

    static ByteBuf hello(ByteBufAllocator allocator, byte[] ticket, byte[] signature) {
        int body = 1 + ticket.length + signature.length;
        return header(allocator, HELLO, body)
                .writeByte(VERSION)
                .writeBytes(ticket)
                .writeBytes(signature);
    }

    static ByteBuf welcome(ByteBufAllocator allocator, byte[] sdp) {
        return header(allocator, WELCOME, sdp.length).writeBytes(sdp);
    }

    /** The header of a frame; its bytes follow as they are. */
    static ByteBuf frameHeader(ByteBufAllocator allocator, Frame frame, boolean kept) {
        return header(allocator, Head.of(frame, kept), frame.size(), 0);
    }

    static ByteBuf report(ByteBufAllocator allocator, int track, long ntp, long timestamp) {
        return header(allocator, new Head(REPORT, track, 0, 0, 0), 12, 12)
                .writeLong(ntp)
                .writeInt((int) timestamp);
    }

    static ByteBuf readers(ByteBufAllocator allocator, int readers, long dropped) {
        return header(allocator, READERS, 12).writeInt(readers).writeLong(dropped);
    }

    static ByteBuf close(ByteBufAllocator allocator, Closed why) {
        return header(allocator, CLOSE, 1).writeByte(why.ordinal());
    }

    static ByteBuf ping(ByteBufAllocator allocator) {
        return header(allocator, PING, 0);
    }

    /** The reason of a CLOSE body; one that a newer version added counts as {@link Closed#ENDED}. */
    static Closed reason(ByteBuf body) {
        int number = body.isReadable() ? body.readUnsignedByte() : 0;
        Closed[] known = Closed.values();
        return number < known.length ? known[number] : Closed.ENDED;
    }
}
