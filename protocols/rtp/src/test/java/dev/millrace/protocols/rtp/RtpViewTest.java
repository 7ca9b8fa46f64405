package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The RTP header in place. */
class RtpViewTest {
    private static final int EXECUTIONS = 300_000;
    private static final String REST = " 60 1234 89abcdef fedcba98";

    record Row(String name, String hex, RtpValidity validity, int payloadFrom, int payloadLength) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("plain", "80" + REST + "0102", RtpValidity.OK, 12, 2),
                new Row("no payload", "80" + REST, RtpValidity.OK, 12, 0),
                new Row("two contributing sources", "82" + REST + "00000001 00000002 07", RtpValidity.OK, 20, 1),
                new Row("extension", "90" + REST + "bede0001 00000000 0102", RtpValidity.OK, 20, 2),
                new Row("empty extension", "90" + REST + "bede0000 01", RtpValidity.OK, 16, 1),
                new Row("padding", "a0" + REST + "0708 0002", RtpValidity.OK, 12, 2),
                new Row("padding is all", "a0" + REST + "000003", RtpValidity.OK, 12, 0),
                new Row("all of it", "b1" + REST + "00000001 bede0001 00000000 09 0002", RtpValidity.OK, 24, 1),
                new Row("eleven bytes", "80 60 1234 89abcdef fedcba", RtpValidity.SHORT, 0, 0),
                new Row("nothing", "", RtpValidity.SHORT, 0, 0),
                new Row("version 0", "00" + REST, RtpValidity.VERSION, 0, 0),
                new Row("version 1", "40" + REST, RtpValidity.VERSION, 0, 0),
                new Row("version 3", "c0" + REST, RtpValidity.VERSION, 0, 0),
                new Row("sources beyond the end", "8f" + REST + "00000001", RtpValidity.SHORT, 0, 0),
                new Row("padding beyond the end", "a0" + REST + "0003", RtpValidity.PADDING, 0, 0),
                new Row("padding of 0", "a0" + REST + "0000", RtpValidity.PADDING, 0, 0),
                new Row("padding without payload", "a0" + REST, RtpValidity.PADDING, 0, 0),
                new Row("padding inside the extension", "b0" + REST + "bede0001 00000001", RtpValidity.PADDING, 0, 0),
                new Row("extension beyond the end", "90" + REST + "bede0002 00000000", RtpValidity.EXTENSION, 0, 0),
                new Row("extension of 65535 words", "90" + REST + "bedeffff 00000000", RtpValidity.EXTENSION, 0, 0),
                new Row("extension header torn", "90" + REST + "bede00", RtpValidity.EXTENSION, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tellsValidity(Row row) {
        byte[] bytes = Hex.of(row.hex);
        ByteBuffer packet = Torn.atOffset(bytes);
        int offset = packet.position();

        assertThat(RtpView.validity(packet, offset, bytes.length)).isEqualTo(row.validity);
        assertThat(RtpView.valid(packet, offset, bytes.length)).isEqualTo(row.validity == RtpValidity.OK);
        if (row.validity == RtpValidity.OK) {
            assertThat(RtpView.payloadOffset(packet, offset)).isEqualTo(offset + row.payloadFrom);
            assertThat(RtpView.payloadLength(packet, offset, bytes.length)).isEqualTo(row.payloadLength);
            assertThat(RtpPacket.parse(packet).payload()).hasSize(row.payloadLength);
        } else {
            assertThatThrownBy(() -> RtpPacket.parse(packet))
                    .isInstanceOfSatisfying(
                            Malformed.class,
                            malformed -> assertThat(malformed.rule()).isEqualTo(row.validity.label()));
        }
        assertThat(packet.position()).isEqualTo(offset);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tornAtEveryByteNothingIsReadBeyondTheEnd(Row row) {
        Torn.everyPrefix(Hex.of(row.hex), cut -> read(ByteBuffer.wrap(cut), 0, cut.length));
    }

    @Test
    void readsFields() {
        ByteBuffer packet = Torn.atOffset(Hex.of("80 e0 fffe 89abcdef fedcba98 01"));
        int offset = packet.position();

        assertThat(RtpView.payloadType(packet, offset)).isEqualTo(96);
        assertThat(RtpView.marker(packet, offset)).isTrue();
        assertThat(RtpView.sequence(packet, offset)).isEqualTo(0xFFFE);
        assertThat(RtpView.timestamp(packet, offset)).isEqualTo(0x89ABCDEFL);
        assertThat(RtpView.ssrc(packet, offset)).isEqualTo(0xFEDCBA98L);
        assertThat(RtpView.isRtcp(packet, offset, 13)).isFalse();
    }

    @Test
    void writesFieldsAndLeavesTheOthers() {
        ByteBuffer packet = ByteBuffer.wrap(Hex.of("80 60 0000 00000000 00000000 01"));
        RtpView.setMarker(packet, 0, true);
        RtpView.setPayloadType(packet, 0, 97);
        RtpView.setSequence(packet, 0, 65_537);
        RtpView.setTimestamp(packet, 0, 0x1_8000_0001L);
        RtpView.setSsrc(packet, 0, 0xFFFF_FFFFL);
        assertThat(packet.array()).isEqualTo(Hex.of("80 e1 0001 80000001 ffffffff 01"));
        RtpView.setMarker(packet, 0, false);
        assertThat(packet.array()).isEqualTo(Hex.of("80 61 0001 80000001 ffffffff 01"));

        assertThat(new RtpPacket(97, false, 1, 0x8000_0001L, 0xFFFF_FFFFL, new byte[] {1}).encode())
                .isEqualTo(packet.array());
    }

    @Test
    void tellsRtcpOnASharedPort() {
        for (int type : new int[] {192, 200, 201, 206, 207, 223}) {
            assertThat(RtpView.isRtcp(ByteBuffer.wrap(new byte[] {(byte) 0x80, (byte) type}), 0, 2))
                    .isTrue();
        }
        for (int type : new int[] {0, 96, 127, 128, 191, 224, 255}) {
            assertThat(RtpView.isRtcp(ByteBuffer.wrap(new byte[] {(byte) 0x80, (byte) type}), 0, 2))
                    .isFalse();
        }
    }

    @Test
    void distancesWrap() {
        assertThat(RtpView.sequenceDistance(65_535, 2)).isEqualTo(3);
        assertThat(RtpView.sequenceDistance(2, 65_535)).isEqualTo(-3);
        assertThat(RtpView.timestampDistance(0xFFFF_FFF0L, 0x10)).isEqualTo(0x20);
        assertThat(RtpView.timestampDistance(0x10, 0xFFFF_FFF0L)).isEqualTo(-0x20);
    }

    @Test
    void numbersGoOnWithoutWrapping() {
        ExtendedSequence sequence = new ExtendedSequence();
        assertThat(sequence.extend(65_534)).isEqualTo(65_534);
        assertThat(sequence.extend(1)).isEqualTo(65_537);
        assertThat(sequence.extend(65_535)).isEqualTo(65_535);
        assertThat(sequence.highest()).isEqualTo(65_537);
        ExtendedTimestamp timestamp = new ExtendedTimestamp();
        assertThat(timestamp.extend(0xFFFF_FFF0L)).isEqualTo(0xFFFF_FFF0L);
        assertThat(timestamp.extend(0x10)).isEqualTo(0x1_0000_0010L);
        assertThat(timestamp.extend(0xFFFF_FFFFL)).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void mutated() {
        List<byte[]> samples = rows().stream().map(row -> Hex.of(row.hex)).toList();
        Mutator.of(11).run("RtpView", EXECUTIONS, samples, bytes -> {
            ByteBuffer packet = Torn.atOffset(bytes);
            read(packet, packet.position(), bytes.length);
        });
    }

    private static void read(ByteBuffer packet, int offset, int length) {
        if (RtpView.validity(packet, offset, length) == RtpValidity.OK) {
            int from = RtpView.payloadOffset(packet, offset);
            int size = RtpView.payloadLength(packet, offset, length);
            assertThat(from).isBetween(offset + RtpView.HEADER, offset + length);
            assertThat(size).isBetween(0, offset + length - from);
            for (KeyFrames rule : KeyFrames.values()) {
                rule.startsKeyFrame(packet, from, size);
            }
        }
    }
}
