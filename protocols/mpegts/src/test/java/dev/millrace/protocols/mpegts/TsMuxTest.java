package dev.millrace.protocols.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link TsMux} writes, {@link TsDemux} reads: sizes around every packet border, counters, clock and wrap. */
final class TsMuxTest {
    private static final List<StreamType> BOTH = List.of(StreamType.H264, StreamType.AAC_ADTS);
    private static final int FRAME = 3_600;
    private static final long WRAP = 1L << 33;

    @Test
    void crcIsTheOneOfTheStandard() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc32Mpeg.of(check, 0, check.length)).isEqualTo(0x0376_E6E7);
    }

    @Test
    void everySizeAroundTheBordersOfPacketsComesBack() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer out = new Writer();
        mux.tables(out);
        List<byte[]> sent = new ArrayList<>();
        for (int size = 0; size < 600; size++) {
            byte[] data = filled(size, size);
            sent.add(data);
            long dts = TsMux.START_90K + (long) size * FRAME;
            mux.write(out, size % 2, new TsMux.Unit(dts + FRAME, dts, size % 50 == 0), List.of(data));
        }
        List<TsEvent.Unit> units = units(events(out.toBytes()));
        assertThat(units).hasSize(600);
        units.sort((a, b) -> Long.compare(a.dts90k(), b.dts90k()));
        for (int i = 0; i < 600; i++) {
            TsEvent.Unit unit = units.get(i);
            assertThat(unit.data()).isEqualTo(sent.get(i));
            assertThat(unit.dts90k()).isEqualTo(TsMux.START_90K + (long) i * FRAME);
            assertThat(unit.pts90k()).isEqualTo(unit.dts90k() + FRAME);
            assertThat(unit.randomAccess()).isEqualTo(i % 50 == 0);
        }
    }

    @Test
    void piecesAreJoined() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer out = new Writer();
        mux.tables(out);
        byte[] whole = filled(1000, 3);
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0, size = 0; at < whole.length; at += size, size = Math.min(size + 1, whole.length - at)) {
            pieces.add(Arrays.copyOfRange(whole, at, at + size));
        }
        mux.write(out, 0, new TsMux.Unit(TsMux.START_90K, TsMux.START_90K, true), pieces);
        assertThat(units(events(out.toBytes())).getFirst().data()).isEqualTo(whole);
    }

    @Test
    void continuityRunsOnFromSegmentToSegment() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer all = new Writer();
        for (int segment = 0; segment < 5; segment++) {
            all.bytes(segment(mux, segment * 50, 50));
        }
        List<TsEvent> events = events(all.toBytes());
        assertThat(events).noneMatch(event -> event instanceof TsEvent.Gap);
        assertThat(units(events)).hasSize(500);
        assertThat(events.stream().filter(event -> event instanceof TsEvent.Program))
                .hasSize(1);
    }

    @Test
    void everySegmentStartsWithItsTablesAndAClockedKeyFrame() {
        TsMux mux = new TsMux(BOTH, 0);
        for (int segment = 0; segment < 3; segment++) {
            byte[] bytes = segment(mux, segment * 50, 50);
            assertThat(pidAt(bytes, 0)).isZero();
            assertThat(pidAt(bytes, 1)).isEqualTo(0x1000);
            assertThat(pidAt(bytes, 2)).isEqualTo(TsMux.pid(0));
            int flags = bytes[2 * TsMux.PACKET + 5] & 0xFF;
            assertThat(flags).as("random_access_indicator and PCR_flag").isEqualTo(0x50);
        }
    }

    @Test
    void tablesAreRepeated() {
        byte[] bytes = segment(new TsMux(BOTH, 0), 0, 100);
        Map<Integer, Integer> count = new HashMap<>();
        for (int packet = 0; packet < bytes.length / TsMux.PACKET; packet++) {
            count.merge(pidAt(bytes, packet), 1, Integer::sum);
        }
        assertThat(count.get(0)).isBetween(7, 9);
        assertThat(count.get(0x1000)).isEqualTo(count.get(0));
    }

    @Test
    void clockIsNeverMoreThan100MillisecondsApartAndBehindEachDts() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer out = new Writer();
        mux.tables(out);
        long dts = TsMux.START_90K;
        for (int i = 0; i < 40; i++) {
            mux.write(out, 0, new TsMux.Unit(dts, dts, i % 10 == 0), List.of(filled(700, i)));
            dts += 90_000 / (1 + i % 30); // from one frame a second to thirty
        }
        clockIsSound(events(out.toBytes()), TsMux.pid(0));
    }

    @Test
    void audioAloneCarriesTheClockItself() {
        TsMux mux = new TsMux(List.of(StreamType.AAC_ADTS), 0);
        Writer out = new Writer();
        mux.tables(out);
        for (int i = 0; i < 40; i++) {
            long dts = TsMux.START_90K + i * 9_600L;
            mux.write(out, 0, new TsMux.Unit(dts, dts, true), List.of(filled(900, i)));
        }
        List<TsEvent> events = events(out.toBytes());
        clockIsSound(events, TsMux.pid(0));
        TsEvent.Program program = (TsEvent.Program) events.getFirst();
        assertThat(program.map().pcrPid()).isEqualTo(TsMux.pid(0));
        assertThat(program.map().streams()).containsExactly(new Tables.Stream(TsMux.pid(0), 0x0F));
    }

    @Test
    void timesWrapAt33Bits() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer out = new Writer();
        mux.tables(out);
        for (int i = 0; i < 60; i++) {
            long dts = WRAP - 30 * FRAME + (long) i * FRAME;
            mux.write(out, 0, new TsMux.Unit(dts + FRAME, dts, i == 0), List.of(filled(300, i)));
        }
        List<TsEvent.Unit> units = units(events(out.toBytes()));
        for (int i = 0; i < 60; i++) {
            assertThat(units.get(i).dts90k()).isEqualTo((WRAP - 30 * FRAME + (long) i * FRAME) % WRAP);
            assertThat(units.get(i).pts90k()).isEqualTo((WRAP - 29 * FRAME + (long) i * FRAME) % WRAP);
        }
    }

    @Test
    void aJumpOfTheSourceIsNotFilledWithClocks() {
        TsMux mux = new TsMux(BOTH, 0);
        Writer out = new Writer();
        mux.write(out, 0, new TsMux.Unit(TsMux.START_90K, TsMux.START_90K, true), List.of(filled(10, 1)));
        long later = TsMux.START_90K + 90_000L * 3_600;
        mux.write(out, 0, new TsMux.Unit(later, later, true), List.of(filled(10, 1)));
        assertThat(out.size()).isLessThan(10 * TsMux.PACKET);
    }

    @Test
    void aLostPacketIsAGapAndCostsOneUnit() {
        byte[] bytes = segment(new TsMux(BOTH, 0), 0, 10);
        int lost = 7; // the second packet of the second picture
        byte[] damaged = new byte[bytes.length - TsMux.PACKET];
        System.arraycopy(bytes, 0, damaged, 0, lost * TsMux.PACKET);
        System.arraycopy(
                bytes, (lost + 1) * TsMux.PACKET, damaged, lost * TsMux.PACKET, damaged.length - lost * TsMux.PACKET);
        List<TsEvent> events = events(damaged);
        assertThat(events.stream().filter(event -> event instanceof TsEvent.Gap))
                .hasSize(1);
        assertThat(units(events)).hasSize(19);
    }

    @Test
    void readsTornAtEveryByteAndAwayFromZero() {
        byte[] bytes = Arrays.copyOf(segment(new TsMux(BOTH, 0), 0, 6), 20 * TsMux.PACKET);
        List<String> whole = shown(events(bytes));
        Torn.everyCut(bytes, (first, rest) -> {
            TsDemux demux = new TsDemux();
            ByteBuffer part = Torn.atOffset(first);
            List<TsEvent> events = new ArrayList<>(demux.read(part));
            Writer left = new Writer();
            while (part.hasRemaining()) {
                left.u8(part.get());
            }
            events.addAll(demux.read(Torn.atOffset(left.bytes(rest).toBytes())));
            events.addAll(demux.end());
            assertThat(shown(events)).isEqualTo(whole);
        });
    }

    @Test
    void hostileStreamsAreMalformedAndNothingElse() {
        byte[] small = segment(new TsMux(BOTH, 0), 0, 3);
        byte[] audio = segment(new TsMux(List.of(StreamType.AAC_ADTS, StreamType.MPEG1_AUDIO), 1), 0, 2);
        Mutator.of(20_26).run("TsDemux", 100_000, List.of(small, audio), input -> {
            try {
                TsDemux demux = new TsDemux();
                demux.read(ByteBuffer.wrap(input));
                demux.end();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }

    private static void clockIsSound(List<TsEvent> events, int pid) {
        long last = -1;
        int clocks = 0;
        for (TsEvent event : events) {
            if (event instanceof TsEvent.Clock clock) {
                assertThat(clock.pid()).isEqualTo(pid);
                if (last >= 0) {
                    assertThat(clock.pcr90k() - last).isBetween(0L, 9_000L);
                }
                last = clock.pcr90k();
                clocks++;
            } else if (event instanceof TsEvent.Unit unit) {
                assertThat(unit.dts90k()).isGreaterThan(last - 90_000);
            }
        }
        assertThat(clocks).isGreaterThan(20);
    }

    private static byte[] segment(TsMux mux, int from, int frames) {
        Writer out = new Writer();
        mux.tables(out);
        for (int i = from; i < from + frames; i++) {
            long dts = TsMux.START_90K + (long) i * FRAME;
            mux.write(out, 0, new TsMux.Unit(dts, dts, i == from), List.of(filled(500, i)));
            mux.write(out, 1, new TsMux.Unit(dts + 10, dts + 10, true), List.of(filled(100, i)));
        }
        return out.toBytes();
    }

    private static byte[] filled(int size, int seed) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (seed * 31 + i);
        }
        return data;
    }

    private static int pidAt(byte[] bytes, int packet) {
        int at = packet * TsMux.PACKET;
        assertThat(bytes[at]).isEqualTo((byte) 0x47);
        return (bytes[at + 1] & 0x1F) << 8 | bytes[at + 2] & 0xFF;
    }

    private static List<TsEvent> events(byte[] bytes) {
        TsDemux demux = new TsDemux();
        List<TsEvent> events = new ArrayList<>(demux.read(ByteBuffer.wrap(bytes)));
        events.addAll(demux.end());
        return events;
    }

    private static List<TsEvent.Unit> units(List<TsEvent> events) {
        List<TsEvent.Unit> units = new ArrayList<>();
        for (TsEvent event : events) {
            if (event instanceof TsEvent.Unit unit) {
                units.add(unit);
            }
        }
        return units;
    }

    private static List<String> shown(List<TsEvent> events) {
        return events.stream()
                .map(event -> event instanceof TsEvent.Unit unit
                        ? unit.pid() + " " + unit.pts90k() + " " + Arrays.hashCode(unit.data())
                        : event.toString())
                .toList();
    }
}
