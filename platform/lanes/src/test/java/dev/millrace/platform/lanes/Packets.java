package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RTP packets and frames made for tests. */
final class Packets {
    static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    static final String SDP = """
            v=0
            o=- 0 0 IN IP4 127.0.0.1
            s=test
            t=0 0
            m=video 0 RTP/AVP 96
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=1
            m=audio 0 RTP/AVP 97
            a=rtpmap:97 MPEG4-GENERIC/44100/2
            a=fmtp:97 mode=AAC-hbr;config=1210;sizelength=13;indexlength=3;indexdeltalength=3
            """;

    static final Tracks TRACKS = Tracks.of(SDP.getBytes(StandardCharsets.UTF_8));
    static final Track VIDEO = TRACKS.get(0);
    static final Track AUDIO = TRACKS.get(1);

    private Packets() {}

    /** A packet whose payload begins with the given bytes and is filled up with its sequence number. */
    static byte[] rtp(int sequence, long timestamp, long ssrc, boolean marker, int length, int... payload) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        packet.put(0, (byte) 0x80).put(1, (byte) (96 | (marker ? 0x80 : 0)));
        RtpView.setSequence(packet, 0, sequence);
        RtpView.setTimestamp(packet, 0, timestamp);
        RtpView.setSsrc(packet, 0, ssrc);
        for (int i = 12; i < length; i++) {
            packet.put(i, (byte) (i - 12 < payload.length ? payload[i - 12] : sequence));
        }
        return packet.array();
    }

    /** A key frame (NAL type 5) or another one (type 1), one packet. */
    static Frame frame(boolean key, int sequence, long timestamp, long ssrc) {
        return frame(VIDEO, rtp(sequence, timestamp, ssrc, true, 100, key ? 0x65 : 0x61));
    }

    static Frame audio(int sequence, long timestamp, long ssrc) {
        return frame(AUDIO, rtp(sequence, timestamp, ssrc, true, 60));
    }

    static Frame frame(Track track, byte[]... packets) {
        List<Frame> out = new ArrayList<>();
        FrameAssembler assembler = new FrameAssembler(track, ALLOCATOR, out::add);
        for (byte[] packet : packets) {
            assembler.packet(ByteBuffer.wrap(packet), 0, packet.length, System.nanoTime());
        }
        assembler.finish();
        if (out.size() != 1) {
            throw new IllegalArgumentException(out.size() + " frames");
        }
        return out.getFirst();
    }
}
