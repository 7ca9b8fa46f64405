package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.bench.TrackCheck;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a session promises, asked by a client of our own: PAUSE and PLAY, RTP-Info, whose session it is. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({OneNode.class, Story.Frame.class})
final class SessionTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Pattern SEQUENCE = Pattern.compile("seq=(\\d+)");
    private static final Pattern RTPTIME = Pattern.compile("rtptime=(\\d+)");

    /** The video track of one interleaved reader: what came first since the latest PLAY, and how much. */
    private static final class Watch implements RtspClient.Packets {
        private final ReentrantLock lock = new ReentrantLock();
        private TrackCheck check = new TrackCheck(true);
        private int firstSequence = -1;
        private int firstTimestamp;

        @Override
        public void packet(int channel, byte[] head, int at, int length) {
            lock.lock();
            try {
                if (channel != 0) {
                    return;
                }
                check.packet(head, at, length);
                if (firstSequence < 0) {
                    firstSequence = check.sequence();
                    firstTimestamp = check.timestamp();
                }
            } finally {
                lock.unlock();
            }
        }

        void restart() {
            lock.lock();
            try {
                check = new TrackCheck(true);
                firstSequence = -1;
            } finally {
                lock.unlock();
            }
        }

        long frames() {
            lock.lock();
            try {
                return check.frames();
            } finally {
                lock.unlock();
            }
        }

        /** Fails unless the first packet is the one that RTP-Info promised. */
        void startedAsPromised(String rtpInfo) {
            Matcher sequence = SEQUENCE.matcher(rtpInfo);
            Matcher rtptime = RTPTIME.matcher(rtpInfo);
            assertThat(sequence.find() && rtptime.find())
                    .as("seq and rtptime in " + rtpInfo)
                    .isTrue();
            lock.lock();
            try {
                assertThat(firstSequence).as("seq of the first packet").isEqualTo(Integer.parseInt(sequence.group(1)));
                assertThat(firstTimestamp & 0xFFFF_FFFFL)
                        .as("timestamp of the first packet")
                        .isEqualTo(Long.parseLong(rtptime.group(1)));
                assertThat(check.lost() + check.broken() + check.disordered())
                        .as("errors")
                        .isZero();
            } finally {
                lock.unlock();
            }
        }
    }

    private static String publish(NodeProcess node, Story story, String path) {
        String url = node.rtsp(path);
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        // Packets flow: where a stream starts cannot be told before its first one.
        Viewer.open(story, "tcp", url).awaitFrames(10, SOON);
        return url;
    }

    private static String control(RtspClient.Answer described, String url) {
        String control = described
                .body()
                .lines()
                .dropWhile(line -> !line.startsWith("m="))
                .filter(line -> line.startsWith("a=control:"))
                .findFirst()
                .orElseThrow()
                .substring(10)
                .trim();
        String base = described.header("Content-Base").isEmpty() ? url : described.header("Content-Base");
        return control.contains("://") ? control : base + (base.endsWith("/") ? "" : "/") + control;
    }

    @Test
    void pauseStopsAndPlayGoesOn(NodeProcess node, Story story) {
        String url = publish(node, story, "session/pause");
        Watch watch = new Watch();
        RtspClient client = story.use(RtspClient.connect(url, watch));
        RtspClient.Answer described = client.ask("DESCRIBE", url, "Accept: application/sdp");
        String session = client.ask("SETUP", control(described, url), "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
                .session();
        RtspClient.Answer played = client.ask("PLAY", url, "Session: " + session);
        assertThat(played.status()).isEqualTo(200);
        Await.until("a second of pictures", SOON, () -> watch.frames() > 25);
        watch.startedAsPromised(played.header("RTP-Info"));

        assertThat(client.ask("PAUSE", url, "Session: " + session).status()).isEqualTo(200);
        long paused = watch.frames();
        Await.elapse(Duration.ofMillis(800));
        assertThat(watch.frames()).as("frames while paused").isEqualTo(paused);

        watch.restart();
        RtspClient.Answer again = client.ask("PLAY", url, "Session: " + session);
        assertThat(again.status()).isEqualTo(200);
        Await.until("pictures after the pause", SOON, () -> watch.frames() > 25);
        watch.startedAsPromised(again.header("RTP-Info"));
        assertThat(client.ask("TEARDOWN", url, "Session: " + session).status()).isEqualTo(200);
    }

    @Test
    void anInterleavedSessionBelongsToItsConnection(NodeProcess node, Story story) {
        String url = publish(node, story, "session/theft");
        RtspClient owner = story.use(RtspClient.connect(url));
        RtspClient.Answer described = owner.ask("DESCRIBE", url, "Accept: application/sdp");
        String session = owner.ask("SETUP", control(described, url), "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
                .session();
        assertThat(session).hasSizeGreaterThanOrEqualTo(22);
        RtspClient thief = story.use(RtspClient.connect(url));
        for (String method : new String[] {"PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER"}) {
            assertThat(thief.ask(method, url, "Session: " + session).status())
                    .as(method)
                    .isEqualTo(454);
        }
        assertThat(owner.ask("PLAY", url, "Session: " + session).status()).isEqualTo(200);
    }

    @Test
    void mediaGoesNowhereElse(NodeProcess node, Story story) {
        String url = publish(node, story, "session/destination");
        RtspClient client = story.use(RtspClient.connect(url));
        RtspClient.Answer described = client.ask("DESCRIBE", url, "Accept: application/sdp");
        RtspClient.Answer answer = client.ask(
                "SETUP",
                control(described, url),
                "Transport: RTP/AVP;unicast;destination=192.0.2.1;client_port=5000-5001");
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void errorsHaveTheirNumbers(NodeProcess node, Story story) {
        String url = publish(node, story, "session/errors");
        RtspClient client = story.use(RtspClient.connect(url));
        assertThat(client.ask("OPTIONS", url).header("Public"))
                .contains("DESCRIBE", "SETUP", "PLAY", "RECORD", "PAUSE");
        assertThat(client.ask("DESCRIBE", node.rtsp("session/none"), "Accept: application/sdp")
                        .status())
                .isEqualTo(404);
        assertThat(client.ask("DESCRIBE", url, "Accept: text/html").status()).isEqualTo(406);
        assertThat(client.ask("PLAY", url, "Session: 0123456789abcdef0123456789abcdef")
                        .status())
                .isEqualTo(454);
        RtspClient.Answer require = client.ask("OPTIONS", url, "Require: org.example.nonsense");
        assertThat(require.status()).isEqualTo(551);
        assertThat(require.header("Unsupported")).contains("org.example.nonsense");
        RtspClient.Answer described = client.ask("DESCRIBE", url, "Accept: application/sdp");
        assertThat(client.ask("SETUP", control(described, url), "Transport: RTP/SAVP;unicast;client_port=5000-5001")
                        .status())
                .isEqualTo(461);
        assertThat(client.ask("BREW", url).status()).isEqualTo(501);
        assertThat(client.ask("DESCRIBE", node.rtsp("session/../errors"), "Accept: application/sdp")
                        .status())
                .isIn(400, 404);
    }
}
