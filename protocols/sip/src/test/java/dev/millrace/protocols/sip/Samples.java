package dev.millrace.protocols.sip;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages as phones and proxies send them, in our own words. */
final class Samples {
    static final String REGISTER = text("""
            REGISTER sip:mill.example SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.31:5062;branch=z9hG4bK-524287-1---5d8e14a3c0b7f92e;rport
            Max-Forwards: 70
            Contact: <sip:miller@192.0.2.31:5062;rinstance=6f2c9d81a4b0e357>;expires=600
            To: "Mara Miller" <sip:miller@mill.example>
            From: "Mara Miller" <sip:miller@mill.example>;tag=9a41c7e2
            Call-ID: Zk3Q8vT1mWb5XyLr0nHs7A..
            CSeq: 14 REGISTER
            Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE
            User-Agent: Race Phone 3.1.4
            Authorization: Digest username="miller",realm="mill.example",nonce="MTc5NTI2NDU2MzpjMWY0YTk",uri="sip:mill.example",response="0b7c2d914e6fa8350b7c2d914e6fa835",cnonce="7d21",nc=00000001,qop=auth,algorithm=MD5
            Allow-Events: presence, kpml
            Content-Length: 0

            """);

    static final String SDP = text("""
            v=0
            o=- 3967184502 1 IN IP4 192.0.2.31
            s=call
            c=IN IP4 192.0.2.31
            t=0 0
            m=audio 40126 RTP/AVP 9 8 0 101
            a=rtpmap:9 G722/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-16
            a=sendrecv
            """);

    static final String INVITE = text("""
            INVITE sip:weir@mill.example SIP/2.0
            Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK7c31.0e9d4f62a8b5.1;received=198.51.100.7
            Via: SIP/2.0/UDP 192.0.2.31:5062;branch=z9hG4bK-524287-1---a1b20c3d4e5f6071;rport=5062
            Max-Forwards: 69
            Route: <sip:edge.mill.example;lr>
            Record-Route: <sip:198.51.100.7;lr;ftag=4bd07716>
            Contact: <sip:miller@192.0.2.31:5062>
            To: <sip:weir@mill.example>
            From: "Mara Miller" <sip:miller@mill.example>;tag=4bd07716
            Call-ID: u8Kd2Lq0eRj5TbVw9xYz3g..
            CSeq: 1 INVITE
            Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE
            Content-Type: application/sdp
            Supported: replaces, 100rel, timer
            User-Agent: Race Phone 3.1.4
            Content-Length: 240

            """) + SDP;

    static final String RINGING = text("""
            SIP/2.0 180 Ringing
            Via: SIP/2.0/UDP 203.0.113.4:5060;branch=z9hG4bKn0.51c7;received=203.0.113.4
            Via: SIP/2.0/TCP 192.0.2.31:5062;branch=z9hG4bK-a1b20c3d4e5f6071;rport=41022
            Record-Route: <sip:203.0.113.4;lr>, <sip:203.0.113.4;transport=tcp;lr>
            Contact: <sip:weir@[2001:db8::44]:5066;transport=tcp;ob>
            To: <sip:weir@mill.example>;tag=e05b
            From: "Mara \\"Mill\\" Miller" <sip:miller@mill.example>;tag=4bd07716
            Call-ID: u8Kd2Lq0eRj5TbVw9xYz3g..
            CSeq: 1 INVITE
            Content-Length: 0

            """);

    static final String COMPACT = text("""
            MESSAGE sips:weir@mill.example;transport=tls SIP/2.0
            v : SIP / 2.0 / TLS   phone.mill.example:5061 ; branch = z9hG4bKc0,
             SIP/2.0/WSS 9ab.invalid;branch=z9hG4bKc1
            f: miller<sip:miller@mill.example>
             ;tag=c1
            t:sip:weir@mill.example
            i:compact@mill
            CSeq:7 MESSAGE
            k:
            c:multipart/mixed;boundary=x
            l:32

            --x

            ein Wort: Mühle
            --x--
            """);

    static final List<String> MESSAGES = List.of(REGISTER, INVITE, RINGING, COMPACT);

    private Samples() {}

    static String text(String lines) {
        return lines.replace("\n", "\r\n");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
