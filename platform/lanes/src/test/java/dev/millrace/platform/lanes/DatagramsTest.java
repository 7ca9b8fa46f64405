package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.VIDEO;
import static dev.millrace.platform.lanes.Packets.frame;
import static dev.millrace.platform.lanes.Packets.rtp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatagramsTest {
    private static final PacketLimits LIMITS = new PacketLimits(1472, 1452);

    private static List<ByteBuffer> packets(Datagrams datagrams) {
        List<ByteBuffer> packets = new ArrayList<>();
        for (int run = 0; run < datagrams.runs(); run++) {
            ByteBuf bytes = datagrams.run(run);
            byte[] all = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), all);
            bytes.release();
            for (int at = 0; at < all.length; at += datagrams.segment(run)) {
                packets.add(ByteBuffer.wrap(all, at, Math.min(datagrams.segment(run), all.length - at))
                        .slice());
            }
        }
        return packets;
    }

    @Test
    void equalPacketsMakeOneRunThatAShorterOneEnds() {
        Frame frame = frame(
                VIDEO,
                rtp(1, 0, 7, false, 30, 0x67),
                rtp(2, 0, 7, false, 1400, 0x7c, 0x85),
                rtp(3, 0, 7, false, 1400, 0x7c, 0x05),
                rtp(4, 0, 7, true, 200, 0x7c, 0x45));
        Datagrams datagrams = Datagrams.of(frame, false, LIMITS);
        assertThat(datagrams.runs()).isEqualTo(2);
        assertThat(datagrams.segment(1)).isEqualTo(1400);
        List<ByteBuffer> packets = packets(datagrams);
        assertThat(packets).extracting(packet -> RtpView.sequence(packet, 0)).containsExactly(1, 2, 3, 4);
        assertThat(packets).extracting(ByteBuffer::limit).containsExactly(30, 1400, 1400, 200);
    }

    @Test
    void aRunStaysBelowTheKernelsLimits() {
        byte[][] many = new byte[150][];
        for (int i = 0; i < many.length; i++) {
            many[i] = rtp(i, 0, 7, i == many.length - 1, 1400, 0x61);
        }
        Datagrams datagrams = Datagrams.of(frame(VIDEO, many), false, LIMITS);
        assertThat(datagrams.packets()).isEqualTo(150);
        for (int run = 0; run < datagrams.runs(); run++) {
            ByteBuf bytes = datagrams.run(run);
            assertThat(bytes.readableBytes()).isLessThanOrEqualTo(Datagrams.RUN_BYTES);
            assertThat(bytes.readableBytes() / 1400).isLessThanOrEqualTo(64);
            bytes.release();
        }
        assertThat(packets(datagrams)).hasSize(150);
    }

    @Test
    void aTooLongPacketIsPacketisedAgainAndTheNumbersMoveUp() {
        // Fragment unit of an IDR picture, RFC 6184 section 5.8, longer than IPv6 takes but not too long for IPv4.
        Frame frame = frame(
                VIDEO,
                rtp(10, 0, 7, false, 1472, 0x7c, 0x85),
                rtp(11, 0, 7, false, 1472, 0x7c, 0x05),
                rtp(12, 0, 7, true, 300, 0x7c, 0x45));
        assertThat(Layouts.extra(frame, LIMITS.ipv4())).isZero();
        assertThat(Layouts.extra(frame, LIMITS.ipv6())).isEqualTo(2);
        frame.extraIpv6 = 5;
        Datagrams datagrams = Datagrams.of(frame, true, LIMITS);
        List<ByteBuffer> packets = packets(datagrams);
        assertThat(packets).extracting(packet -> RtpView.sequence(packet, 0)).containsExactly(15, 16, 17, 18, 19);
        assertThat(packets).allMatch(packet -> packet.limit() <= 1452);
        assertThat(packets)
                .extracting(packet -> RtpView.marker(packet, 0))
                .containsExactly(false, false, false, false, true);
        // Start bit on the first piece only, end bit on the last only.
        assertThat(packets).extracting(packet -> packet.get(13) & 0xC0).containsExactly(0x80, 0, 0, 0, 0x40);
        int payload = packets.stream().mapToInt(packet -> packet.limit() - 14).sum();
        assertThat(payload).isEqualTo(1472 - 14 + 1472 - 14 + 300 - 14);
    }

    @Test
    void anUnknownPayloadGoesOutWhole() {
        Frame frame = frame(Packets.AUDIO, rtp(1, 0, 7, true, 3000));
        Datagrams datagrams = Datagrams.of(frame, false, LIMITS);
        assertThat(packets(datagrams))
                .singleElement()
                .extracting(ByteBuffer::limit)
                .isEqualTo(3000);
    }
}
