package dev.millrace.media.hls;

import dev.millrace.media.hls.core.Sender;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Publication;
import dev.millrace.platform.lanes.Publications;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.testing.Await;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A publisher on a node: pictures of 25 a second in GOPs of half a second, and sound, four times as fast as time. Everything but
 * its making happens on its loop.
 */
final class Camera implements Publication.Listener {
    private static final Duration TURN = Duration.ofMillis(10);
    private static final int GOP = 12;

    private final Loop loop;
    private final Sender sender;
    private final Publication publication;
    private final boolean sound;
    private Timer turning = () -> {};
    private long pictures;
    private long sounds;

    private Camera(NodeContext node, String path, byte[] sdp, boolean sound, long start) {
        this.loop = node.loops().next();
        this.sender = new Sender(start, start / 2);
        this.sound = sound;
        this.publication = Await.get(Publications.of(node).open(StreamPath.parse(path), sdp, true, loop, this));
        loop.execute(() -> turning = loop.every(TURN, this::turn));
    }

    static Camera open(NodeContext node, String path) {
        return new Camera(node, path, Sender.sdp(), true, 12_345);
    }

    static Camera openWithoutSound(NodeContext node, String path) {
        return new Camera(node, path, Sender.sdpOfVideo(), false, 4_000_000);
    }

    /** Its only track is one that HLS does not carry. */
    static Camera openNotCarried(NodeContext node, String path) {
        return new Camera(node, path, Sender.sdp("m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\n"), false, 7_000);
    }

    private void turn() {
        long pts = pictures * 3_600;
        sender.picture(Sender.picture(pictures % GOP == 0, 4_000), pts, this::send);
        pictures++;
        while (sound && sounds * 1_920 < pts) {
            sender.sound(1, new byte[200], sounds * Sender.AAC_SAMPLES, this::send);
            sounds++;
        }
    }

    private void send(int track, ByteBuffer packet) {
        publication.packet(track, packet, 0, packet.limit());
    }

    @Override
    public void closed(Closed why) {
        turning.cancel();
    }

    /** Says goodbye. */
    void end() {
        loop.execute(() -> {
            turning.cancel();
            publication.end();
        });
    }
}
