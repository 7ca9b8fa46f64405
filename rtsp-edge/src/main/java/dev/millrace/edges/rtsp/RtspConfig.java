package dev.millrace.edges.rtsp;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How the RTSP door behaves.
 *
 * @param connections most TCP connections at once
 * @param sessions most sessions at once; a reader beyond is answered 453
 * @param idle after which a connection without a session is closed
 * @param timeout of a session without a sign of life, told to clients
 * @param reorder how long a packet of a UDP publisher waits for a missing one
 * @param redirectAbove share of the node's capacity above which readers are sent to an emptier edge, percent
 */
record RtspConfig(
        int port,
        int connections,
        int sessions,
        Duration idle,
        Duration timeout,
        boolean tcp,
        boolean udp,
        int rtpFrom,
        int rtpTo,
        Duration reorder,
        Redirecting redirect,
        int redirectAbove,
        Overriding override) {
    /** When readers are sent to another edge. */
    enum Redirecting {
        NEVER,
        /** When this node is fuller than {@code redirectAbove}, or drains. */
        LOAD,
        /** As LOAD, and also to the stream's home where that has an edge with room. */
        HOME
    }

    /** Who takes a path over from a publisher whose packets flow. */
    enum Overriding {
        NEVER,
        /** Who says {@code ?override} in the URL of ANNOUNCE. */
        ASKED,
        ALWAYS
    }

    static final Setting<Integer> PORT = Setting.port("rtsp.port", 8554, "RTSP over TCP");
    static final Setting<Integer> CONNECTIONS =
            Setting.number("rtsp.connections", 20_000, 1, 1_000_000, "connections", "Most RTSP connections at once");
    static final Setting<Integer> SESSIONS = Setting.number(
            "rtsp.sessions", 10_000, 1, 1_000_000, "sessions", "Most RTSP sessions at once; beyond it 453");
    static final Setting<Duration> IDLE = Setting.duration(
            "rtsp.idle",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "How long a connection without a session may say nothing");
    static final Setting<Duration> TIMEOUT = Setting.duration(
            "rtsp.timeout",
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofHours(1),
            "How long a session without a sign of life goes on");
    static final Setting<Boolean> TCP = Setting.flag("rtsp.tcp", true, "Whether RTP may be interleaved");
    static final Setting<Boolean> UDP = Setting.flag("rtsp.udp", true, "Whether RTP may go over UDP");
    static final Setting<Integer> RTP_FROM =
            Setting.number("rtsp.rtp-from", 20_000, 1_024, 65_534, "port", "First UDP port for RTP and RTCP");
    static final Setting<Integer> RTP_TO =
            Setting.number("rtsp.rtp-to", 29_999, 1_025, 65_535, "port", "Last UDP port for RTP and RTCP");
    static final Setting<Duration> REORDER = Setting.duration(
            "rtsp.reorder",
            Duration.ofMillis(50),
            Duration.ZERO,
            Duration.ofSeconds(1),
            "How long a UDP publisher's packet waits for a missing one");
    static final Setting<Redirecting> REDIRECT =
            Setting.word("rtsp.redirect", Redirecting.LOAD, "When readers that follow 302 are sent to another edge");
    static final Setting<Integer> REDIRECT_ABOVE = Setting.number(
            "rtsp.redirect-above", 80, 0, 100, "percent", "Share of load.capacity above which readers are redirected");
    static final Setting<Overriding> OVERRIDE = Setting.word(
            "rtsp.override",
            Overriding.ASKED,
            "Whether a publisher may take over a path whose packets flow; asked: by ?override");

    /** Every setting of the RTSP door. */
    static final List<Setting<?>> ALL = List.of(
            PORT,
            CONNECTIONS,
            SESSIONS,
            IDLE,
            TIMEOUT,
            TCP,
            UDP,
            RTP_FROM,
            RTP_TO,
            REORDER,
            REDIRECT,
            REDIRECT_ABOVE,
            OVERRIDE);

    static RtspConfig of(Settings settings) {
        return new RtspConfig(
                settings.get(PORT),
                settings.get(CONNECTIONS),
                settings.get(SESSIONS),
                settings.get(IDLE),
                settings.get(TIMEOUT),
                settings.get(TCP),
                settings.get(UDP),
                settings.get(RTP_FROM),
                settings.get(RTP_TO),
                settings.get(REORDER),
                settings.get(REDIRECT),
                settings.get(REDIRECT_ABOVE),
                settings.get(OVERRIDE));
    }
}
