package dev.millrace.protocols.sdp;

import java.util.List;

/** Descriptions as peers write them. */
final class Samples {
    /** What {@code ffmpeg -f rtsp} announces for H.264 and AAC. */
    static final String FFMPEG = """
            v=0
            o=- 0 0 IN IP4 127.0.0.1
            s=No Name
            c=IN IP4 127.0.0.1
            t=0 0
            a=tool:libavformat 59.27.100
            m=video 0 RTP/AVP 96
            b=AS:4000
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z2QAH6zZQFAFuwEQAAADABAAAAMDIPGDGWA=,aOvjyyLA; \
            profile-level-id=64001F
            a=control:streamid=0
            m=audio 0 RTP/AVP 97
            b=AS:128
            a=rtpmap:97 MPEG4-GENERIC/44100/2
            a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3; \
            config=121056E500
            a=control:streamid=1
            """.replace("\n", "\r\n");

    /** The shape that GB/T 28181 devices write, with y= and f= lines. */
    static final String GB28181 = """
            v=0
            o=34020000001320000001 0 0 IN IP4 192.0.2.7
            s=Play
            c=IN IP4 192.0.2.7
            t=0 0
            m=video 30000 RTP/AVP 96
            a=recvonly
            a=rtpmap:96 PS/90000
            y=0100000001
            f=v/2/5/25/1/4096a/1/8/1
            """.replace("\n", "\r\n");

    static final String ONVIF = """
            v=0
            o=- 1109162014219182 1 IN IP4 0.0.0.0
            s=Media Presentation
            e=NONE
            b=AS:5050
            t=0 0
            a=control:rtsp://192.0.2.64/Streaming/Channels/101/
            m=video 0 RTP/AVP 96
            c=IN IP4 239.0.0.1/32
            a=recvonly
            a=x-dimensions:1920,1080
            a=control:rtsp://192.0.2.64/Streaming/Channels/101/trackID=1
            a=rtpmap:96 H265/90000
            a=fmtp:96 sprop-sps=QgEBAWAAAAMAsAAAAwAAAwB7oAPAgBDlja5JG2CAAAADAIAAAA8E; sprop-pps=RAHA8vA8kA==
            m=audio 0 RTP/AVP 0
            a=control:rtsp://192.0.2.64/Streaming/Channels/101/trackID=2
            a=Media_header:MEDIAINFO=494D4B4801010000;
            """.replace("\n", "\r\n");

    private Samples() {}

    static List<String> all() {
        return List.of(FFMPEG, GB28181, ONVIF);
    }
}
