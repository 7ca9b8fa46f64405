package dev.millrace.media.hls.core;

import dev.millrace.protocols.rtp.AacPacketizer;
import dev.millrace.protocols.rtp.H264Packetizer;
import dev.millrace.protocols.rtp.NtpTime;
import dev.millrace.protocols.rtp.RtpPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A publisher for tests: numbers and stamps the packets of one video and one audio track. */
public final class Sender {
    /** x264, baseline, 640x480 with VUI. */
    public static final byte[] SPS = Base64.getDecoder().decode("Z0LAHtkAoD2hAAADAAEAAAMAMg8WLkg=");

    public static final byte[] PPS = Base64.getDecoder().decode("aMuDyyA=");
    public static final int AUDIO_RATE = 48_000;
    public static final int AAC_SAMPLES = 1_024;

    private static final String VIDEO = """
            m=video 0 RTP/AVP 96
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=1; sprop-parameter-sets=%s,%s
            """.formatted(
                    Base64.getEncoder().encodeToString(SPS), Base64.getEncoder().encodeToString(PPS));
    private static final String AUDIO = """
            m=audio 0 RTP/AVP 97
            a=rtpmap:97 MPEG4-GENERIC/48000/2
            a=fmtp:97 streamtype=5; mode=AAC-hbr; config=1190; sizeLength=13; indexLength=3; indexDeltaLength=3
            """;

    private final H264Packetizer pictures = new H264Packetizer(1_400);
    private final AacPacketizer sounds = new AacPacketizer(1_400);
    private int videoSequence;
    private int audioSequence;
    private final long videoStart;
    private final long audioStart;

    /** What is packed goes to the taker, one packet at a time. */
    @FunctionalInterface
    public interface Taker {
        void packet(int track, ByteBuffer packet);
    }

    public Sender(long videoStart, long audioStart) {
        this.videoStart = videoStart;
        this.audioStart = audioStart;
    }

    public static byte[] sdp() {
        return sdp(VIDEO + AUDIO);
    }

    public static byte[] sdpOfVideo() {
        return sdp(VIDEO);
    }

    public static byte[] sdpOfAudio() {
        return sdp(AUDIO);
    }

    public static byte[] sdp(String media) {
        return ("v=0\no=- 0 0 IN IP4 0.0.0.0\ns=-\nt=0 0\n" + media).getBytes(StandardCharsets.UTF_8);
    }

    /** A picture that no decoder would like, but whose NAL units say what it is. */
    public static List<byte[]> picture(boolean idr, int size) {
        byte[] slice = new byte[size];
        slice[0] = (byte) (idr ? 0x65 : 0x41);
        slice[1] = (byte) 0x88;
        for (int i = 2; i < size; i++) {
            slice[i] = (byte) (i % 250 + 1);
        }
        return List.of(slice);
    }

    public void picture(List<byte[]> nals, long pts90k, Taker taker) {
        List<byte[]> payloads = pictures.packetise(nals);
        for (int i = 0; i < payloads.size(); i++) {
            long stamp = videoStart + pts90k & 0xFFFF_FFFFL;
            RtpPacket packet =
                    new RtpPacket(96, i == payloads.size() - 1, videoSequence++ & 0xFFFF, stamp, 1, payloads.get(i));
            taker.packet(0, ByteBuffer.wrap(packet.encode()));
        }
    }

    /** @param track of the audio: 1, or 0 where it is alone */
    public void sound(int track, byte[] frame, long samples, Taker taker) {
        for (byte[] payload : sounds.packetise(frame)) {
            long stamp = audioStart + samples & 0xFFFF_FFFFL;
            RtpPacket packet = new RtpPacket(97, true, audioSequence++ & 0xFFFF, stamp, 2, payload);
            taker.packet(track, ByteBuffer.wrap(packet.encode()));
        }
    }

    /** The next video packet is lost on the way. */
    public void losePicturePacket() {
        videoSequence++;
    }

    public long videoStamp(long pts90k) {
        return videoStart + pts90k & 0xFFFF_FFFFL;
    }

    public long audioStamp(long samples) {
        return audioStart + samples & 0xFFFF_FFFFL;
    }

    public static long ntp(long micros) {
        return NtpTime.ofEpochMicros(1_795_000_000_000_000L + micros).bits();
    }

    /** Something that happens at a time of the stream. */
    public record Due(long at90k, Runnable what) {}

    /** Runs what is due in the order of time. */
    public static void play(List<Due> all) {
        List<Due> sorted = new ArrayList<>(all);
        sorted.sort((a, b) -> Long.compare(a.at90k(), b.at90k()));
        sorted.forEach(due -> due.what().run());
    }
}
