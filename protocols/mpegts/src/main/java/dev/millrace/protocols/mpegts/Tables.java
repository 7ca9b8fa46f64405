package dev.millrace.protocols.mpegts;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Program association and program map sections, ISO/IEC 13818-1 sections 2.4.4.3 and 2.4.4.8. A section here starts at
 * table_id and ends with its CRC; the pointer_field before it belongs to the packet.
 */
public final class Tables {
    /** The longest PSI section, section 2.4.4.1: section_length of at most 1021. */
    public static final int MAX_SECTION = 1024;

    /** Elementary streams or programs that are read from one table; more is malformed. */
    public static final int MAX_ENTRIES = 16;

    static final int PAT_PID = 0;
    static final int PAT_TABLE = 0;
    static final int PMT_TABLE = 2;
    private static final int CRC = 4;

    private Tables() {}

    /** One line of a PAT: a program and where its PMT is. */
    public record Program(int number, int pmtPid) {}

    /** One line of a PMT. {@code typeCode} is the raw stream_type. */
    public record Stream(int pid, int typeCode) {}

    /** What a PMT says. */
    public record ProgramMap(int program, int pcrPid, List<Stream> streams) {
        public ProgramMap {
            streams = List.copyOf(streams);
        }
    }

    /** A PAT with one program. */
    public static byte[] pat(Program program, int version) {
        Writer out = head(PAT_TABLE, 1, version);
        out.u16(program.number).u16(0xE000 | program.pmtPid);
        return sealed(out);
    }

    /** A PMT without descriptors. */
    public static byte[] pmt(ProgramMap map, int version) {
        Writer out = head(PMT_TABLE, map.program, version);
        out.u16(0xE000 | map.pcrPid).u16(0xF000);
        for (Stream stream : map.streams) {
            out.u8(stream.typeCode).u16(0xE000 | stream.pid).u16(0xF000);
        }
        return sealed(out);
    }

    private static Writer head(int table, int id, int version) {
        return new Writer(64)
                .u8(table)
                .u16(0) // section_length, patched when the section is whole
                .u16(id)
                .u8(0xC1 | (version & 31) << 1) // current_next_indicator set
                .u8(0)
                .u8(0);
    }

    private static byte[] sealed(Writer out) {
        out.patchU16(1, 0xB000 | (out.size() - 3 + CRC));
        byte[] body = out.toBytes();
        return out.u32(Crc32Mpeg.of(body, 0, body.length)).toBytes();
    }

    /** The programs of a PAT section; program 0 names the network's table and is left out. */
    static List<Program> parsePat(byte[] section) {
        Reader in = body(section, PAT_TABLE);
        List<Program> programs = new ArrayList<>();
        while (in.remaining() >= 4) {
            int number = in.u16();
            int pid = in.u16() & 0x1FFF;
            if (number != 0) {
                programs.add(new Program(number, pid));
            }
            bound(programs.size());
        }
        return programs;
    }

    static ProgramMap parsePmt(byte[] section) {
        Reader in = body(section, PMT_TABLE);
        int number = (section[3] & 0xFF) << 8 | section[4] & 0xFF;
        int pcrPid = in.u16() & 0x1FFF;
        in.skip(in.u16() & 0x0FFF);
        List<Stream> streams = new ArrayList<>();
        while (in.remaining() > 0) {
            int type = in.u8();
            int pid = in.u16() & 0x1FFF;
            in.skip(in.u16() & 0x0FFF);
            streams.add(new Stream(pid, type));
            bound(streams.size());
        }
        return new ProgramMap(number, pcrPid, streams);
    }

    private static void bound(int entries) {
        if (entries > MAX_ENTRIES) {
            throw new Malformed("table-entries", "more than " + MAX_ENTRIES + " in one table");
        }
    }

    /** What stands between the eight bytes of head and the CRC, once both are right. */
    private static Reader body(byte[] section, int table) {
        Reader in = Reader.of(section);
        int id = in.u8();
        if (id != table) {
            throw new Malformed("table-id", id + " where " + table + " belongs");
        }
        int length = in.u16() & 0x0FFF;
        if (length != section.length - 3 || length < 5 + CRC) {
            throw new Malformed("section-length", length + " in a section of " + section.length + " bytes");
        }
        if (Crc32Mpeg.of(section, 0, section.length) != 0) {
            throw new Malformed("section-crc", "CRC_32 does not match");
        }
        in.skip(5);
        return in.slice(in.remaining() - CRC);
    }
}
