package dev.millrace.protocols.rtp;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes to {@link Rtcp}. */
final class RtcpReader {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int SOURCE_DESCRIPTION = 202;
    static final int BYE = 203;
    static final int APP = 204;

    private RtcpReader() {}

    static Rtcp packet(Reader reader) {
        int first = reader.u8();
        if (first >> 6 != 2) {
            throw new Malformed("version", "RTCP version " + (first >> 6) + ", not 2");
        }
        int count = first & 0x1F;
        int type = reader.u8();
        Reader body = unpadded(reader.slice(reader.u16() * 4), (first & 0x20) != 0);
        return switch (type) {
            case SENDER_REPORT -> senderReport(body, count);
            case RECEIVER_REPORT -> new Rtcp.ReceiverReport(body.u32(), blocks(body, count));
            case SOURCE_DESCRIPTION -> new Rtcp.SourceDescription(chunks(body, count));
            case BYE -> bye(body, count);
            case APP -> new Rtcp.App(count, body.u32(), name(body), body.bytes(body.remaining()));
            default -> new Rtcp.Unknown(type, count, body.bytes(body.remaining()));
        };
    }

    private static Reader unpadded(Reader body, boolean padded) {
        if (!padded) {
            return body;
        }
        int length = body.remaining();
        if (length == 0) {
            throw new Malformed("padding", "padding without room for its count");
        }
        byte[] bytes = body.bytes(length);
        int padding = bytes[length - 1] & 0xFF;
        if (padding == 0 || padding % 4 != 0 || padding > length) {
            throw new Malformed("padding", padding + " bytes of " + length);
        }
        return Reader.of(ByteBuffer.wrap(bytes), 0, length - padding);
    }

    private static Rtcp senderReport(Reader body, int count) {
        return new Rtcp.SenderReport(
                body.u32(), new NtpTime(body.i64()), body.u32(), body.u32(), body.u32(), blocks(body, count));
    }

    private static List<ReportBlock> blocks(Reader body, int count) {
        List<ReportBlock> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(ReportBlock.parse(body));
        }
        return blocks;
    }

    private static List<Rtcp.Chunk> chunks(Reader body, int count) {
        List<Rtcp.Chunk> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chunks.add(new Rtcp.Chunk(body.u32(), items(body)));
        }
        return chunks;
    }

    private static List<Rtcp.Item> items(Reader body) {
        List<Rtcp.Item> items = new ArrayList<>(1);
        int start = body.remaining();
        // Some senders leave out the terminating zero where the list ends with the packet.
        while (body.remaining() > 0) {
            int type = body.u8();
            if (type == 0) {
                int used = (start - body.remaining()) % 4;
                body.skip(Math.min(body.remaining(), used == 0 ? 0 : 4 - used));
                break;
            }
            items.add(new Rtcp.Item(type, body.text(body.u8())));
        }
        return items;
    }

    private static Rtcp bye(Reader body, int count) {
        List<Long> sources = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sources.add(body.u32());
        }
        return new Rtcp.Bye(sources, body.remaining() > 0 ? body.text(body.u8()) : "");
    }

    private static String name(Reader body) {
        StringBuilder name = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            name.append((char) body.u8());
        }
        return name.toString();
    }
}
