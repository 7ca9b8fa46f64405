package dev.millrace.protocols.rtp;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One RTCP packet, RFC 3550 section 6. Types that we do not know (feedback of RFC 4585, extended reports of RFC 3611)
 * pass as opaque bytes. Profile-specific extensions at the end of reports are not kept.
 */
public sealed interface Rtcp {
    /** Largest number of packets read from one compound. */
    int MAX_PACKETS = 64;

    /** The most a count field can say: report blocks, sources, chunks. */
    int MAX_COUNT = 31;

    /** Sender report, RFC 3550 section 6.4.1; {@code rtpTimestamp}, packets and octets are 32 bits. */
    record SenderReport(long ssrc, NtpTime ntp, long rtpTimestamp, long packets, long octets, List<ReportBlock> blocks)
            implements Rtcp {
        public SenderReport {
            blocks = bounded(blocks);
        }
    }

    /** Receiver report, RFC 3550 section 6.4.2. */
    record ReceiverReport(long ssrc, List<ReportBlock> blocks) implements Rtcp {
        public ReceiverReport {
            blocks = bounded(blocks);
        }
    }

    /** Source description, RFC 3550 section 6.5. */
    record SourceDescription(List<Chunk> chunks) implements Rtcp {
        public SourceDescription {
            chunks = bounded(chunks);
        }

        /** The one item that every compound must carry, RFC 3550 section 6.5.1. */
        public static SourceDescription cname(long ssrc, String cname) {
            return new SourceDescription(List.of(new Chunk(ssrc, List.of(new Item(CNAME, cname)))));
        }
    }

    /** Item type of the canonical name. */
    int CNAME = 1;

    /** What one source says of itself. */
    record Chunk(long ssrc, List<Item> items) {
        public Chunk {
            items = List.copyOf(items);
        }
    }

    /** One item of at most 255 bytes of UTF-8. */
    record Item(int type, String text) {}

    /** Goodbye, RFC 3550 section 6.6; the reason is empty where none is given. */
    record Bye(List<Long> sources, String reason) implements Rtcp {
        public Bye {
            sources = bounded(sources);
        }
    }

    /** Application-defined, RFC 3550 section 6.7; the name has four ASCII characters. */
    record App(int subtype, long ssrc, String name, byte[] data) implements Rtcp {}

    /** Any other packet type, opaque; {@code count} is the five bits beside the version, the body a multiple of 4. */
    record Unknown(int type, int count, byte[] body) implements Rtcp {}

    private static <T> List<T> bounded(List<T> list) {
        if (list.size() > MAX_COUNT) {
            throw new IllegalArgumentException(list.size() + " entries, at most " + MAX_COUNT);
        }
        return List.copyOf(list);
    }

    /**
     * Reads a compound packet between the buffer's position and limit; the buffer does not move. A packet that starts
     * with something other than a report is accepted (RFC 5506, and cameras).
     */
    static List<Rtcp> parseCompound(ByteBuffer bytes) {
        return parseCompound(bytes, bytes.position(), bytes.remaining());
    }

    /** Reads a compound packet from {@code length} bytes at the absolute index {@code offset}. */
    static List<Rtcp> parseCompound(ByteBuffer bytes, int offset, int length) {
        Reader reader = Reader.of(bytes, offset, length);
        List<Rtcp> packets = new ArrayList<>(4);
        while (reader.remaining() > 0) {
            if (packets.size() == MAX_PACKETS) {
                throw new Malformed("rtcp-packets", "more than " + MAX_PACKETS + " packets in a compound");
            }
            packets.add(RtcpReader.packet(reader));
        }
        if (packets.isEmpty()) {
            throw new Malformed("rtcp-empty", "no packet in " + length + " bytes");
        }
        return List.copyOf(packets);
    }

    /** A compound packet in wire form. */
    static byte[] encode(List<Rtcp> packets) {
        Writer writer = new Writer(128);
        packets.forEach(packet -> RtcpWriter.packet(packet, writer));
        return writer.toBytes();
    }

    /** This packet alone in wire form. */
    default byte[] encode() {
        return encode(List.of(this));
    }
}
