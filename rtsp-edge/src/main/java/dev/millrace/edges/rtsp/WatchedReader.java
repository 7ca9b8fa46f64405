package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Burst;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Frame;
import dev.millrace.platform.lanes.InterleavedReader;
import dev.millrace.platform.lanes.Layouts;
import dev.millrace.platform.lanes.Reader;
import dev.millrace.platform.lanes.TrackStart;
import dev.millrace.platform.lanes.UdpReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader that remembers the SSRC of each track, which sender reports need, and that ignores what still comes after it was
 * detached, because a lane on another loop hears of that later. Owned by the session's loop.
 */
final class WatchedReader implements Reader {
    private final Reader inner;
    private final @Nullable InterleavedReader interleaved;
    private final @Nullable UdpReader udp;
    private final long[] ssrcs;
    private int known;
    private boolean stopped;

    WatchedReader(InterleavedReader inner, int tracks) {
        this.inner = inner;
        this.interleaved = inner;
        this.udp = null;
        this.ssrcs = new long[tracks];
    }

    WatchedReader(UdpReader inner, int tracks) {
        this.inner = inner;
        this.interleaved = null;
        this.udp = inner;
        this.ssrcs = new long[tracks];
    }

    @Override
    public int tracks() {
        return inner.tracks();
    }

    @Override
    public void started(List<TrackStart> starts) {
        if (stopped) {
            return;
        }
        for (TrackStart start : starts) {
            if (start.known()) {
                watch(start.track(), start.ssrc());
            }
        }
        inner.started(starts);
    }

    @Override
    public void replay(Frame frame, Layouts layouts) {
        if (!stopped) {
            inner.replay(frame, layouts);
        }
    }

    @Override
    public void deliver(Burst burst, Layouts layouts) {
        if (stopped) {
            return;
        }
        if (known != inner.tracks()) {
            burst.frames().forEach(frame -> watch(frame.track().index(), frame.ssrc()));
        }
        inner.deliver(burst, layouts);
    }

    private void watch(int track, long ssrc) {
        if (track < ssrcs.length && (inner.tracks() & 1 << track) != 0) {
            known |= 1 << track;
            ssrcs[track] = ssrc;
        }
    }

    @Override
    public void flush() {
        if (!stopped) {
            inner.flush();
        }
    }

    @Override
    public void report(int track, long ntp, long timestamp) {
        if (!stopped) {
            inner.report(track, ntp, timestamp);
        }
    }

    @Override
    public void closed(Closed why) {
        if (!stopped) {
            stopped = true;
            inner.closed(why);
        }
    }

    /** It was detached: gives back what waits. */
    void stop() {
        stopped = true;
        if (interleaved != null) {
            interleaved.close();
        }
        if (udp != null) {
            udp.close();
        }
    }

    void writable() {
        if (interleaved != null && !stopped) {
            interleaved.writable();
        }
    }

    boolean knows(int track) {
        return (known & 1 << track) != 0;
    }

    long ssrc(int track) {
        return ssrcs[track];
    }

    long packets(int track) {
        return interleaved != null ? interleaved.packets(track) : udp != null ? udp.packets(track) : 0;
    }

    long payloadBytes(int track) {
        return interleaved != null ? interleaved.payloadBytes(track) : udp != null ? udp.payloadBytes(track) : 0;
    }
}
