package dev.millrace.protocols.rtsp;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hostile bytes: nothing but {@link Malformed} comes out, and the machine throws nothing at all. */
final class MutatorTest {
    private static final int EXECUTIONS = 100_000;

    @Test
    void framerAndMachine() {
        List<byte[]> samples = Samples.MESSAGES.stream().map(Samples::bytes).toList();
        ServerSession session = new ServerSession(
                "0123456789abcdef",
                new Caller(1, "127.0.0.1", ""),
                new ServerSession.Terms(Duration.ofSeconds(60), true, true, "Millrace"));
        Presentation of = Presentation.of(Transport.Mode.PLAY, "demo", List.of("trackID=0", "trackID=1"));
        List<State> states = List.of(
                State.BEGIN,
                new State.Announced(
                        Presentation.of(Transport.Mode.RECORD, "mine", List.of("streamid=0", "streamid=1"))),
                new State.Ready(of.with(new Presentation.Track(0, "u", new Leg.Udp(4, 5), false))),
                new State.Playing(of.with(new Presentation.Track(0, "u", new Leg.Interleaved(0, 1), true))));
        Mutator.of(2326).run("rtsp framer", EXECUTIONS, samples, bytes -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (RtspFramer.frame(buffer) instanceof Framed.Message<Inbound>(Inbound inbound, int consumed)) {
                buffer.position(buffer.position() + consumed);
                if (inbound instanceof Request request) {
                    for (State state : states) {
                        session.on(state, new Event.Arrived(request, session.owner(), Set.of(), false));
                    }
                }
            }
        });
    }

    @Test
    void interleavedFrames() {
        byte[] two = new byte[64];
        System.arraycopy(Samples.frame(0, 20), 0, two, 0, 24);
        System.arraycopy(Samples.frame(1, 36), 0, two, 24, 40);
        Mutator.of(10_12).run("rtsp interleaved", EXECUTIONS, List.of(two, Samples.frame(3, 700)), bytes -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int at = 0;
            int size = RtspFramer.interleaved(buffer, at, bytes.length);
            while (size > 0) {
                at += size;
                size = RtspFramer.interleaved(buffer, at, bytes.length);
            }
        });
    }

    @Test
    void transport() {
        values(
                "rtsp transport",
                Transport.KEY,
                "RTP/AVP;unicast;client_port=40000-40001,RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1",
                "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=   4317f;mode=\"receive\";destination=10.0.0.1;source=1.2.3.4");
    }

    @Test
    void range() {
        values(
                "rtsp range",
                Range.KEY,
                "npt=0.000-",
                "npt=01:02:03.25-now",
                "clock=19961108T142300Z-19961108T143520.25Z",
                "smpte-25=10:07:00-10:07:33:05.01",
                "npt=now-;time=19970123T143720Z");
    }

    @Test
    void rtpInfoAndSession() {
        values(
                "rtsp rtp-info",
                RtpInfo.KEY,
                "url=rtsp://h/d/trackID=0;seq=1;rtptime=2,url=\"rtsp://h\";seq=3;rtptime=4");
        values("rtsp session", SessionHeader.KEY, "0123456789abcdef;timeout=60");
    }

    @Test
    void url() {
        List<byte[]> samples = List.of(
                Samples.bytes("rtsp://user:pass@[::1]:8554/a/b?x=y&millrace-token=z/trackID=1"),
                Samples.bytes("rtsps://h:322/live/cam-1/streamid=0"));
        Mutator.of(32).run("rtsp url", EXECUTIONS, samples, bytes -> {
            try {
                RtspUrl url = RtspUrl.parse(new String(bytes, StandardCharsets.UTF_8));
                url.target();
                url.controlWithin("a/b");
                url.parameter("x");
                RtspUrl.parse(url.encode());
            } catch (Malformed malformed) {
                // What a parser may throw.
            }
        });
    }

    private static <T> void values(String name, HeaderKey<T> key, String... texts) {
        List<byte[]> samples =
                java.util.stream.Stream.of(texts).map(Samples::bytes).toList();
        Mutator.of(12).run(name, EXECUTIONS, samples, bytes -> {
            try {
                T value = key.parse().apply(new String(bytes, StandardCharsets.UTF_8));
                // What was read can be written and is read the same again.
                T again = key.parse().apply(key.encode().apply(value));
                if (!again.equals(value)) {
                    throw new AssertionError(value + " came back as " + again);
                }
            } catch (Malformed malformed) {
                // What a parser may throw.
            }
        });
    }
}
