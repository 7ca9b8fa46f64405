package dev.millrace.edges.rtsp;

import java.nio.ByteBuffer;

/** One H.264 track of a packet a frame, every tenth a key frame. */
final class Video {
    static final long SSRC = 0x0BADCAFEL;
    static final String SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
            + "a=fmtp:96 packetization-mode=1; profile-level-id=42C01E; sprop-parameter-sets=Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==\r\n"
            + "a=control:trackID=0\r\n";
    private static final int GOP = 10;
    private static final int FRAME_TICKS = 3_600;

    private Video() {}

    static byte[] frame(int number) {
        byte[] packet = new byte[12 + 100];
        ByteBuffer.wrap(packet)
                .put((byte) 0x80)
                .put((byte) (0x80 | 96))
                .putShort((short) number)
                .putInt(number * FRAME_TICKS)
                .putInt((int) SSRC)
                .put((byte) (number % GOP == 0 ? 0x65 : 0x41))
                .put((byte) 0x88);
        return packet;
    }

    /** A sender report that says: the frame of this number was taken one second after 1970. */
    static byte[] senderReport(int number) {
        return ByteBuffer.allocate(28)
                .putInt(0x80C80006)
                .putInt((int) SSRC)
                .putInt((int) 2_208_988_801L)
                .putInt(0)
                .putInt(number * FRAME_TICKS)
                .putInt(1)
                .putInt(100)
                .array();
    }
}
