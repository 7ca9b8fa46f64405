package dev.millrace.protocols.mpegts;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a transport stream of one program: ISO/IEC 13818-1 section 2.4. Owned by one loop; what it holds is bounded by
 * {@link #MAX_UNIT} for each of at most {@link Tables#MAX_ENTRIES} streams.
 */
public final class TsDemux {
    /** Longest PES packet, 4 MiB. */
    public static final int MAX_UNIT = 4 << 20;

    private static final int NULL_PID = 0x1FFF;

    private final Map<Integer, Track> tracks = new HashMap<>();
    private final Track pat = new Track(-1);
    private Track pmt = new Track(-1);
    private int pmtPid = -1;
    private Tables.@Nullable ProgramMap map;
    private long packets;

    /** One PID: its counter and the section or PES packet under way. */
    private static final class Track {
        private final int typeCode;
        private int counter = -1;
        private @Nullable Writer open;
        private boolean randomAccess;

        private Track(int typeCode) {
            this.typeCode = typeCode;
        }
    }

    /**
     * Reads the whole packets between the buffer's position and its limit and moves the position behind them; a torn one
     * stays for the next call.
     *
     * @throws Malformed if the stream is not in step (sync byte) or a table or PES header breaks its rules
     */
    public List<TsEvent> read(ByteBuffer bytes) {
        List<TsEvent> events = new ArrayList<>();
        while (bytes.remaining() >= TsMux.PACKET) {
            int at = bytes.position();
            bytes.position(at + TsMux.PACKET);
            packet(Reader.of(bytes, at, TsMux.PACKET), events);
            packets++;
        }
        return events;
    }

    /** The stream is over: the units under way are whole. */
    public List<TsEvent> end() {
        List<TsEvent> events = new ArrayList<>();
        tracks.forEach((pid, track) -> finish(pid, track, events));
        return events;
    }

    private void packet(Reader in, List<TsEvent> events) {
        if (in.u8() != 0x47) {
            throw new Malformed("sync-byte", "packet " + packets + " does not start with 0x47");
        }
        int flags = in.u16();
        int control = in.u8();
        int pid = flags & 0x1FFF;
        boolean start = (flags & 0x4000) != 0;
        boolean damaged = (flags & 0x8000) != 0;
        boolean randomAccess = (control & 0x20) != 0 && adaptation(in, pid, events);
        boolean payload = (control & 0x10) != 0;
        if (damaged || !payload || pid == NULL_PID) {
            return;
        }
        Track track = pid == Tables.PAT_PID ? pat : pid == pmtPid ? pmt : tracks.get(pid);
        if (track == null || !inStep(pid, track, control & 15, events)) {
            return;
        }
        if (track.typeCode < 0) {
            section(track, start, in, events);
        } else {
            unit(pid, track, start, randomAccess, in, events);
        }
    }

    /** Reads the adaptation field; answers its random_access_indicator. */
    private boolean adaptation(Reader in, int pid, List<TsEvent> events) {
        Reader field = in.slice(in.u8());
        if (field.remaining() == 0) {
            return false;
        }
        int flags = field.u8();
        if ((flags & 0x10) != 0) {
            long high = field.u32();
            int low = field.u16();
            events.add(new TsEvent.Clock(pid, high << 1 | low >> 15, packets));
        }
        return (flags & 0x40) != 0;
    }

    /** False for a packet that was sent twice; a jump throws away what is under way. */
    private static boolean inStep(int pid, Track track, int counter, List<TsEvent> events) {
        if (counter == track.counter) {
            return false;
        }
        if (track.counter >= 0 && counter != (track.counter + 1 & 15)) {
            track.open = null;
            events.add(new TsEvent.Gap(pid));
        }
        track.counter = counter;
        return true;
    }

    private void section(Track track, boolean start, Reader in, List<TsEvent> events) {
        if (start) {
            int pointer = in.u8();
            in.skip(pointer);
            track.open = new Writer(Tables.MAX_SECTION);
        }
        Writer open = track.open;
        if (open == null) {
            return;
        }
        open.bytes(in.bytes(in.remaining()));
        byte[] bytes = open.toBytes();
        if (bytes.length < 3) {
            return;
        }
        int length = 3 + ((bytes[1] & 0x0F) << 8 | bytes[2] & 0xFF);
        if (length > Tables.MAX_SECTION) {
            throw new Malformed("section-length", length + " is above " + Tables.MAX_SECTION);
        }
        if (bytes.length >= length) {
            track.open = null;
            table(Arrays.copyOf(bytes, length), track == pat, events);
        }
    }

    private void table(byte[] section, boolean association, List<TsEvent> events) {
        if (association) {
            List<Tables.Program> programs = Tables.parsePat(section);
            if (!programs.isEmpty() && programs.getFirst().pmtPid() != pmtPid) {
                pmtPid = programs.getFirst().pmtPid();
                pmt = new Track(-1);
            }
            return;
        }
        Tables.ProgramMap found = Tables.parsePmt(section);
        if (found.equals(map)) {
            return;
        }
        map = found;
        tracks.clear();
        found.streams().forEach(stream -> tracks.put(stream.pid(), new Track(stream.typeCode())));
        events.add(new TsEvent.Program(found));
    }

    private static void unit(
            int pid, Track track, boolean start, boolean randomAccess, Reader in, List<TsEvent> events) {
        if (start) {
            finish(pid, track, events);
            track.open = new Writer(4096);
            track.randomAccess = randomAccess;
        }
        Writer open = track.open;
        if (open == null) {
            return;
        }
        if (open.size() > MAX_UNIT) {
            track.open = null;
            throw new Malformed("pes-length", "a PES packet above " + MAX_UNIT + " bytes");
        }
        open.bytes(in.bytes(in.remaining()));
    }

    private static void finish(int pid, Track track, List<TsEvent> events) {
        Writer open = track.open;
        track.open = null;
        if (open != null) {
            events.add(pes(pid, track, Reader.of(open.toBytes())));
        }
    }

    private static TsEvent pes(int pid, Track track, Reader in) {
        if (in.u24() != 1) {
            throw new Malformed("pes-start", "no packet_start_code_prefix");
        }
        in.skip(1);
        int length = in.u16();
        Reader body = length == 0 ? in : in.slice(length);
        if ((body.u8() & 0xC0) != 0x80) {
            throw new Malformed("pes-header", "not the header of ISO/IEC 13818-1");
        }
        int flags = body.u8();
        Reader fields = body.slice(body.u8());
        long pts = (flags & 0x80) != 0 ? time(fields) : TsEvent.NO_TIME;
        long dts = (flags & 0xC0) == 0xC0 ? time(fields) : pts;
        return new TsEvent.Unit(pid, track.typeCode, pts, dts, track.randomAccess, body.bytes(body.remaining()));
    }

    private static long time(Reader in) {
        long high = in.u8() >> 1 & 7;
        long middle = in.u16() >> 1;
        return high << 30 | middle << 15 | in.u16() >> 1;
    }
}
