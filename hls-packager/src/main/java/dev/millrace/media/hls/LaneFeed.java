package dev.millrace.media.hls;

import dev.millrace.media.hls.core.Rendition;
import dev.millrace.media.hls.core.TrackPlan;
import dev.millrace.platform.lanes.Burst;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Frame;
import dev.millrace.platform.lanes.Layouts;
import dev.millrace.platform.lanes.Reader;
import dev.millrace.platform.lanes.TrackStart;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads a lane into a rendition, packet by packet, without keeping any of the lane's buffers. Owned by its packager's loop. */
final class LaneFeed implements Reader, Frame.PacketVisitor {
    private final Rendition rendition;
    private final StreamPackager packager;
    private final int tracks;
    private int track;
    private long bornNanos;

    LaneFeed(Rendition rendition, TrackPlan plan, StreamPackager packager) {
        this.rendition = rendition;
        this.packager = packager;
        this.tracks = plan.video().map(video -> 1 << video.track()).orElse(0)
                | plan.audio().map(audio -> 1 << audio.track()).orElse(0);
    }

    @Override
    public int tracks() {
        return tracks;
    }

    @Override
    public void started(List<TrackStart> starts) {
        // Reports and frames follow, and say all that a segment needs to know.
    }

    @Override
    public void replay(Frame frame, Layouts layouts) {
        read(frame);
    }

    @Override
    public void deliver(Burst burst, Layouts layouts) {
        List<Frame> frames = burst.frames();
        for (int i = 0; i < frames.size(); i++) {
            read(frames.get(i));
        }
    }

    private void read(Frame frame) {
        track = frame.track().index();
        if ((tracks & 1 << track) != 0) {
            bornNanos = frame.bornNanos();
            frame.forEach(this);
        }
    }

    @Override
    public void packet(ByteBuffer view, int offset, int length) {
        List<Rendition.Cut> cuts = rendition.on(track, view, offset, length, bornNanos);
        if (!cuts.isEmpty()) {
            packager.onCuts(rendition, cuts);
        }
    }

    @Override
    public void flush() {
        // Nothing is queued.
    }

    @Override
    public void report(int reported, long ntp, long timestamp) {
        rendition.report(reported, ntp, timestamp);
    }

    @Override
    public void closed(Closed why) {
        packager.onClosed(rendition, why);
    }
}
