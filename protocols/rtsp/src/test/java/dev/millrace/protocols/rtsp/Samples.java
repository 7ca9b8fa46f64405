package dev.millrace.protocols.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What real clients put on the wire, written after their own dialogues. */
final class Samples {
    static final String SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=No Name\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n"
            + "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/44100/2\r\na=control:streamid=1\r\n";

    static final String FFMPEG_OPTIONS = """
            OPTIONS rtsp://127.0.0.1:8554/mine RTSP/1.0\r
            CSeq: 1\r
            User-Agent: Lavf59.27.100\r
            \r
            """;
    static final String FFMPEG_ANNOUNCE = "ANNOUNCE rtsp://127.0.0.1:8554/mine RTSP/1.0\r\n"
            + "Content-Type: application/sdp\r\nCSeq: 2\r\nUser-Agent: Lavf59.27.100\r\nContent-Length: " + SDP.length()
            + "\r\n\r\n" + SDP;
    static final String FFMPEG_SETUP = """
            SETUP rtsp://127.0.0.1:8554/mine/streamid=0 RTSP/1.0\r
            Transport: RTP/AVP/TCP;unicast;interleaved=0-1;mode=record\r
            CSeq: 3\r
            User-Agent: Lavf59.27.100\r
            \r
            """;
    static final String VLC_DESCRIBE = """
            DESCRIBE rtsp://127.0.0.1:8554/demo RTSP/1.0\r
            CSeq: 3\r
            User-Agent: LibVLC/3.0.18 (LIVE555 Streaming Media v2016.11.28)\r
            Accept: application/sdp\r
            \r
            """;
    static final String RTSPSRC_SETUP = """
            SETUP rtsp://127.0.0.1:8554/demo/trackID=0 RTSP/1.0\r
            CSeq: 4\r
            User-Agent: GStreamer/1.22.0\r
            Transport: RTP/AVP;unicast;client_port=40000-40001,RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1\r
            Date: Sat, 21 Nov 2026 00:00:00 GMT\r
            \r
            """;
    static final String RESPONSE = """
            RTSP/1.0 200 OK\r
            CSeq: 4\r
            Session: 0123456789abcdef;timeout=60\r
            Transport: RTP/AVP;unicast;client_port=40000-40001;server_port=20000-20001;ssrc=0000BEEF\r
            RTP-Info: url=rtsp://127.0.0.1/demo/trackID=0;seq=7;rtptime=90000\r
            Range: npt=now-\r
            \r
            """;

    static final List<String> MESSAGES =
            List.of(FFMPEG_OPTIONS, FFMPEG_ANNOUNCE, FFMPEG_SETUP, VLC_DESCRIBE, RTSPSRC_SETUP, RESPONSE);

    private Samples() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] frame(int channel, int length) {
        byte[] frame = new byte[4 + length];
        frame[0] = '$';
        frame[1] = (byte) channel;
        frame[2] = (byte) (length >> 8);
        frame[3] = (byte) length;
        return frame;
    }
}
