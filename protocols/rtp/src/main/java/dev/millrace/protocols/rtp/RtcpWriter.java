package dev.millrace.protocols.rtp;

import dev.millrace.protocols.wire.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@link Rtcp} to bytes. */
final class RtcpWriter {
    private static final int MAX_TEXT = 255;

    private RtcpWriter() {}

    static void packet(Rtcp packet, Writer writer) {
        int start = writer.size();
        switch (packet) {
            case Rtcp.SenderReport report -> {
                head(writer, RtcpReader.SENDER_REPORT, report.blocks().size());
                writer.u32(report.ssrc()).i64(report.ntp().bits()).u32(report.rtpTimestamp());
                writer.u32(report.packets()).u32(report.octets());
                report.blocks().forEach(block -> block.encode(writer));
            }
            case Rtcp.ReceiverReport report -> {
                head(writer, RtcpReader.RECEIVER_REPORT, report.blocks().size());
                writer.u32(report.ssrc());
                report.blocks().forEach(block -> block.encode(writer));
            }
            case Rtcp.SourceDescription description -> {
                head(writer, RtcpReader.SOURCE_DESCRIPTION, description.chunks().size());
                description.chunks().forEach(chunk -> chunk(chunk, writer));
            }
            case Rtcp.Bye bye -> bye(bye, writer);
            case Rtcp.App app -> {
                head(writer, RtcpReader.APP, app.subtype());
                writer.u32(app.ssrc());
                writer.bytes(Arrays.copyOf(app.name().getBytes(StandardCharsets.ISO_8859_1), 4));
                writer.bytes(app.data());
            }
            case Rtcp.Unknown unknown -> {
                head(writer, unknown.type(), unknown.count());
                writer.bytes(unknown.body());
            }
        }
        align(writer, start);
        writer.patchU16(start + 2, (writer.size() - start) / 4 - 1);
    }

    private static void head(Writer writer, int type, int count) {
        writer.u8(0x80 | count & 0x1F).u8(type).u16(0);
    }

    private static void chunk(Rtcp.Chunk chunk, Writer writer) {
        int start = writer.size();
        writer.u32(chunk.ssrc());
        for (Rtcp.Item item : chunk.items()) {
            writer.u8(item.type());
            text(item.text(), writer);
        }
        writer.u8(0);
        align(writer, start);
    }

    private static void bye(Rtcp.Bye bye, Writer writer) {
        head(writer, RtcpReader.BYE, bye.sources().size());
        bye.sources().forEach(writer::u32);
        if (!bye.reason().isEmpty()) {
            text(bye.reason(), writer);
        }
    }

    private static void text(String text, Writer writer) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT);
        writer.u8(length).bytes(bytes, 0, length);
    }

    private static void align(Writer writer, int start) {
        while ((writer.size() - start) % 4 != 0) {
            writer.u8(0);
        }
    }
}
