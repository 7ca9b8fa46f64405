package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How lanes behave, the same on every node.
 *
 * @param readers bounds of a reader's queue
 * @param links bounds of another node's queue
 * @param grace how long a path waits for its publisher's return
 */
record LanesConfig(Lane.Shape shape, SendQueue.Limits readers, SendQueue.Limits links, Duration grace) {
    static final Setting<Long> GOP_BYTES = Setting.quantity(
            "lane.gop-bytes",
            16L << 20,
            0,
            1L << 30,
            "bytes",
            "Most bytes kept since the last key frame for new readers");
    static final Setting<Duration> GOP_TIME = Setting.duration(
            "lane.gop-time",
            Duration.ofSeconds(15),
            Duration.ZERO,
            Duration.ofMinutes(5),
            "Longest time kept since the last key frame for new readers");
    static final Setting<Duration> AUDIO_MERGE = Setting.duration(
            "lane.audio-merge",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(100),
            "How long an audio packet may wait to leave in one write with video; 0 sends it at once");
    static final Setting<Integer> MAX_PACKET =
            Setting.number("rtp.max-packet", 1472, 256, 65_000, "bytes", "Longest RTP packet sent over UDP and IPv4");
    static final Setting<Integer> MAX_PACKET_IPV6 = Setting.number(
            "rtp.max-packet-ipv6", 1452, 256, 65_000, "bytes", "Longest RTP packet sent over UDP and IPv6");
    static final Setting<Duration> READER_WAIT = Setting.duration(
            "reader.wait",
            Duration.ofSeconds(3),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "How long a frame may wait for a slow reader before frames are dropped up to the next key frame");
    static final Setting<Long> READER_BYTES = Setting.quantity(
            "reader.bytes", 32L << 20, 1L << 16, 1L << 30, "bytes", "Most bytes that may wait for one slow reader");
    static final Setting<Duration> READER_STALL = Setting.duration(
            "reader.stall",
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "How long a reader may take nothing at all before it is cut off");
    static final Setting<Duration> GRACE = Setting.duration(
            "publisher.grace",
            Duration.ofSeconds(15),
            Duration.ZERO,
            Duration.ofMinutes(10),
            "How long a path and its readers wait for a publisher that vanished");

    static final List<Setting<?>> ALL = List.of(
            GOP_BYTES,
            GOP_TIME,
            AUDIO_MERGE,
            MAX_PACKET,
            MAX_PACKET_IPV6,
            READER_WAIT,
            READER_BYTES,
            READER_STALL,
            GRACE);

    static LanesConfig of(NodeContext node) {
        Settings settings = node.settings();
        PacketLimits packets = new PacketLimits(settings.get(MAX_PACKET), settings.get(MAX_PACKET_IPV6));
        long stall = settings.get(READER_STALL).toNanos();
        SendQueue.Limits readers =
                new SendQueue.Limits(settings.get(READER_WAIT).toNanos(), settings.get(READER_BYTES), stall);
        return new LanesConfig(
                new Lane.Shape(settings.get(GOP_BYTES), settings.get(GOP_TIME), settings.get(AUDIO_MERGE), packets),
                readers,
                new SendQueue.Limits(readers.waitNanos(), 4 * readers.bytes(), stall),
                settings.get(GRACE));
    }
}
