package dev.millrace.protocols.mpegts;

import dev.millrace.protocols.wire.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes one program as transport packets: PAT and PMT, PES with PTS and DTS, PCR. ISO/IEC 13818-1 sections 2.4.3 and
 * 2.4.4. Owned by one packager loop; it lives as long as its rendition, because the continuity counters run on from
 * segment to segment (RFC 8216 section 3.2).
 *
 * <p>Times are 90 kHz ticks that never wrap here; the wire carries their low 33 bits. Start at {@link #START_90K} or
 * above, so that DTS and PCR stay positive. Units are written in the order of their DTS.
 *
 * <p>PCR: on the video stream, else on the first; at each random access point and never more than {@link #PCR_MAX_90K}
 * apart: packets that carry nothing else fill in where frames are further apart. PAT and PMT come with {@link #tables}
 * and again every {@link #TABLES_90K}.
 */
public final class TsMux {
    /** Bytes of a transport packet. */
    public static final int PACKET = 188;

    /** Where a timeline should begin: 10 s, above any reordering and {@link #PCR_DELAY_90K}. */
    public static final long START_90K = 900_000;

    /** How far PCR runs behind the DTS of the unit it is written with: 0.7 s, the time a decoder may buffer. */
    public static final long PCR_DELAY_90K = 63_000;

    /** The longest distance of two PCR, ISO/IEC 13818-1 section 2.7.2: 100 ms; 90 are used. */
    public static final long PCR_MAX_90K = 8_100;

    /** PAT and PMT are repeated after this: 0.5 s. */
    public static final long TABLES_90K = 45_000;

    /** A distance above which the clock is taken as set anew and not filled with PCR packets: 10 s. */
    public static final long PCR_JUMP_90K = 900_000;

    private static final int FIRST_PID = 0x100;
    private static final int PMT_PID = 0x1000;
    private static final int PROGRAM = 1;
    private static final int MAX_BOUNDED_PES = 0xFFFF;
    private static final long NEVER = Long.MIN_VALUE;

    private final List<StreamType> streams;
    private final int pcrStream;
    private final byte[] pat;
    private final byte[] pmt;
    /** Continuity counters: the streams, then PAT, then PMT. */
    private final int[] counters;

    private final byte[] packet = new byte[PACKET];
    private final Gather gather = new Gather();
    private long lastPcr = NEVER;
    private long lastTables = NEVER;

    /**
     * @param streams the elementary streams, at most {@link Tables#MAX_ENTRIES}; the index is their name from here on
     * @param version of the tables; one more each time the streams change
     */
    public TsMux(List<StreamType> streams, int version) {
        if (streams.isEmpty() || streams.size() > Tables.MAX_ENTRIES) {
            throw new IllegalArgumentException("1 to " + Tables.MAX_ENTRIES + " streams, not " + streams.size());
        }
        this.streams = List.copyOf(streams);
        int pcr = 0;
        for (int i = streams.size() - 1; i >= 0; i--) {
            pcr = streams.get(i).video() ? i : pcr;
        }
        this.pcrStream = pcr;
        this.pat = Tables.pat(new Tables.Program(PROGRAM, PMT_PID), version);
        List<Tables.Stream> lines = IntStream.range(0, streams.size())
                .mapToObj(i -> new Tables.Stream(pid(i), streams.get(i).code()))
                .toList();
        this.pmt = Tables.pmt(new Tables.ProgramMap(PROGRAM, pid(pcr), lines), version);
        this.counters = new int[streams.size() + 2];
    }

    /** The PID of a stream. */
    public static int pid(int stream) {
        return FIRST_PID + stream;
    }

    /** PAT and PMT: what a segment starts with. */
    public void tables(Writer out) {
        section(out, Tables.PAT_PID, streams.size(), pat);
        section(out, PMT_PID, streams.size() + 1, pmt);
        lastTables = NEVER;
    }

    private void section(Writer out, int pid, int counter, byte[] section) {
        header(pid, true, counter, false, true);
        packet[4] = 0; // pointer_field
        System.arraycopy(section, 0, packet, 5, section.length);
        Arrays.fill(packet, 5 + section.length, PACKET, (byte) 0xFF);
        out.bytes(packet);
    }

    /**
     * Writes one PES packet.
     *
     * @param stream index of the stream
     * @param unit when it is shown and decoded, and whether decoding can start with it
     * @param pieces its bytes, in pieces that are written one after the other
     */
    public void write(Writer out, int stream, Unit unit, List<byte[]> pieces) {
        boolean carriesPcr = clock(out, stream, unit);
        repeatTables(out, unit.dts90k);
        byte[] head = pesHeader(streams.get(stream), unit, pieces);
        gather.start(head, pieces);
        boolean first = true;
        while (gather.left > 0) {
            payloadPacket(out, stream, first, first && unit.randomAccess, first && carriesPcr);
            first = false;
        }
    }

    /**
     * When a unit is shown and decoded.
     *
     * @param pts90k presentation time
     * @param dts90k decoding time, at most {@code pts90k}
     * @param randomAccess decoding can start here: a key frame, any audio frame
     */
    public record Unit(long pts90k, long dts90k, boolean randomAccess) {}

    /** Writes PCR packets that are due before the unit; answers whether the unit itself has to carry one. */
    private boolean clock(Writer out, int stream, Unit unit) {
        long now = unit.dts90k - PCR_DELAY_90K;
        boolean keyed =
                stream == pcrStream && unit.randomAccess && streams.get(stream).video();
        if (lastPcr == NEVER || Math.abs(now - lastPcr) > PCR_JUMP_90K) {
            if (stream == pcrStream) {
                lastPcr = now;
                return true;
            }
            return false;
        }
        while (now - lastPcr > PCR_MAX_90K) {
            lastPcr += PCR_MAX_90K;
            clockPacket(out);
        }
        if (stream != pcrStream || now <= lastPcr) {
            return keyed;
        }
        lastPcr = now;
        return true;
    }

    private void repeatTables(Writer out, long dts) {
        if (lastTables == NEVER) {
            lastTables = dts;
        } else if (dts - lastTables >= TABLES_90K) {
            tables(out);
            lastTables = dts;
        }
    }

    /** A packet with a PCR and no payload; its counter does not move (section 2.4.3.3). */
    private void clockPacket(Writer out) {
        header(pid(pcrStream), false, pcrStream, true, false);
        packet[4] = (byte) (PACKET - 5);
        packet[5] = 0x10;
        pcr(6);
        Arrays.fill(packet, 12, PACKET, (byte) 0xFF);
        out.bytes(packet);
    }

    private void payloadPacket(Writer out, int stream, boolean start, boolean randomAccess, boolean withPcr) {
        int field = withPcr ? 8 : randomAccess ? 2 : 0;
        int stuffing = Math.max(0, PACKET - 4 - field - gather.left);
        int adaptation = field + stuffing;
        header(pid(stream), start, stream, adaptation > 0, true);
        if (adaptation > 0) {
            packet[4] = (byte) (adaptation - 1);
            int at = 5;
            if (adaptation > 1) {
                packet[at++] = (byte) ((randomAccess ? 0x40 : 0) | (withPcr ? 0x10 : 0));
            }
            if (withPcr) {
                pcr(at);
                at += 6;
            }
            Arrays.fill(packet, at, 4 + adaptation, (byte) 0xFF);
        }
        gather.take(packet, 4 + adaptation, PACKET - 4 - adaptation);
        out.bytes(packet);
    }

    private void header(int pid, boolean start, int counter, boolean adaptation, boolean payload) {
        packet[0] = 0x47;
        packet[1] = (byte) ((start ? 0x40 : 0) | pid >> 8);
        packet[2] = (byte) pid;
        int continuity = payload ? counters[counter]++ & 15 : (counters[counter] - 1) & 15;
        packet[3] = (byte) ((adaptation ? 0x20 : 0) | (payload ? 0x10 : 0) | continuity);
    }

    /** program_clock_reference: 33 bits of 90 kHz, six reserved bits, nine bits of 27 MHz that stay 0. */
    private void pcr(int at) {
        long base = lastPcr & 0x1_FFFF_FFFFL;
        packet[at] = (byte) (base >> 25);
        packet[at + 1] = (byte) (base >> 17);
        packet[at + 2] = (byte) (base >> 9);
        packet[at + 3] = (byte) (base >> 1);
        packet[at + 4] = (byte) ((base & 1) << 7 | 0x7E);
        packet[at + 5] = 0;
    }

    private static byte[] pesHeader(StreamType type, Unit unit, List<byte[]> pieces) {
        boolean withDts = unit.dts90k != unit.pts90k;
        int fields = withDts ? 10 : 5;
        long length = 3L + fields;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        // Length 0, "not bounded", is allowed for video alone: section 2.4.3.7.
        boolean bounded = !type.video() && length <= MAX_BOUNDED_PES;
        if (!bounded && !type.video()) {
            throw new IllegalArgumentException("an audio PES of " + length + " bytes");
        }
        Writer out = new Writer(9 + fields)
                .u24(1)
                .u8(type.streamId())
                .u16(bounded ? (int) length : 0)
                .u8(0x84) // marker bits, data_alignment_indicator
                .u8(withDts ? 0xC0 : 0x80)
                .u8(fields);
        time(out, withDts ? 3 : 2, unit.pts90k);
        if (withDts) {
            time(out, 1, unit.dts90k);
        }
        return out.toBytes();
    }

    private static void time(Writer out, int prefix, long ticks) {
        out.u8((int) (prefix << 4 | (ticks >> 30 & 7) << 1 | 1));
        out.u16((int) ((ticks >> 15 & 0x7FFF) << 1 | 1));
        out.u16((int) ((ticks & 0x7FFF) << 1 | 1));
    }

    /** Pieces read one after the other, so that a frame is copied once only: into its packets. */
    private static final class Gather {
        private byte[] current = new byte[0];
        private List<byte[]> rest = List.of();
        private int index;
        private int at;
        private int left;

        private void start(byte[] head, List<byte[]> pieces) {
            current = head;
            rest = pieces;
            index = 0;
            at = 0;
            left = head.length;
            for (byte[] piece : pieces) {
                left += piece.length;
            }
        }

        private void take(byte[] to, int from, int count) {
            int done = 0;
            while (done < count) {
                if (at == current.length) {
                    current = rest.get(index++);
                    at = 0;
                }
                int now = Math.min(count - done, current.length - at);
                System.arraycopy(current, at, to, from + done, now);
                at += now;
                done += now;
            }
            left -= count;
        }
    }
}
